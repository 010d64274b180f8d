/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_COMMON_WORDS_H
#define HEARTH_AUTH_COMMON_WORDS_H

/*
 * What passwords are made of when little thought is given to them, sorted.  Chosen by hand
 * for this file, from what studies of leaked passwords agree on: no list is copied.
 */

/* clang-format off */
static const char *const words[] = {
    "abc", "abcd", "abcdef", "access", "admin", "administrator", "alejandro",
    "alexander", "allah", "alpha", "amanda", "america", "andrea", "andrew", "android",
    "angel", "angela", "angels", "anna", "anthony", "antonio", "apple", "april",
    "arsenal", "asdf", "asdfgh", "asdfghjkl", "ashley", "assassin", "asshole", "audi",
    "august", "australia", "autumn", "azerty", "babe", "baby", "babygirl", "bailey",
    "banana", "barcelona", "baseball", "basketball", "batman", "bayern", "bear",
    "beatles", "beautiful", "bella", "benjamin", "benvenuto", "berlin", "beta", "bible",
    "bienvenido", "bienvenue", "bismillah", "bitch", "black", "blah", "blahblah",
    "blessed", "blue", "bmw", "bonjour", "boston", "brandon", "brasil", "brian",
    "bunny", "burger", "business", "buster", "butterfly", "california", "camaro",
    "canada", "carlos", "celtic", "change", "changeme", "charles", "charlie", "cheese",
    "chelsea", "cherry", "chicago", "chicken", "chocolate", "christ", "christian",
    "church", "ciao", "cisco", "claudia", "cobra", "cock", "coco", "coffee", "college",
    "company", "computer", "contrasena", "cookie", "corvette", "counter",
    "counterstrike", "cowboys", "creative", "cricket", "crystal", "cutie", "daddy",
    "daisy", "dallas", "daniel", "darling", "database", "david", "december", "default",
    "delta", "destiny", "diamond", "dick", "diego", "doggy", "dollar", "dolphin",
    "donald", "dortmund", "dragon", "dream", "dreamer", "ducati", "eagle", "eagles",
    "earth", "edward", "elizabeth", "elvis", "emily", "eminem", "emma", "energy",
    "england", "espana", "everton", "facebook", "faith", "falcon", "family", "father",
    "february", "fernando", "ferrari", "florida", "flower", "football", "forever",
    "fortnite", "france", "francisco", "frank", "freedom", "friday", "friend",
    "friends", "frodo", "fuck", "fuckoff", "fuckyou", "galaxy", "gamma", "gandalf",
    "garfield", "geheim", "genesis", "george", "germany", "ginger", "god", "godisgood",
    "golden", "golfer", "goodluck", "google", "grace", "green", "guest", "guitar",
    "gunner", "hacker", "hallo", "hannah", "happy", "harley", "harleydavidson",
    "harmony", "harry", "haslo", "heaven", "hello", "helloworld", "henry", "herbst",
    "hero", "hiphop", "hobbit", "hockey", "hola", "honda", "honey", "hope", "horse",
    "hottie", "hunter", "ilove", "iloveyou", "india", "indonesia", "infinity",
    "instagram", "internet", "ironman", "isabella", "italia", "jack", "jaguar", "james",
    "january", "jasmine", "jedi", "jennifer", "jessica", "jesus", "jonathan", "jordan",
    "jose", "joseph", "joshua", "juan", "julia", "july", "june", "justin", "juventus",
    "kawasaki", "kevin", "killer", "king", "kitten", "kitty", "knight", "krishna",
    "lakers", "laptop", "laura", "legend", "lemon", "letmein", "lewis", "liberty",
    "lightning", "lily", "linkedin", "linux", "lion", "liverpool", "login", "logon",
    "london", "losenord", "love", "lovely", "loveme", "lover", "loveyou", "lucky",
    "madrid", "maggie", "magic", "mamma", "manager", "manchester", "mango", "manuel",
    "march", "maria", "marina", "mario", "martin", "master", "matrix", "matthew", "max",
    "melissa", "mercedes", "merlin", "metallica", "mexico", "michael", "michelle",
    "mickey", "microsoft", "milan", "minecraft", "minnie", "molly", "mommy", "monday",
    "money", "monkey", "moon", "moonlight", "moscow", "motdepasse", "mother",
    "mountain", "music", "mustang", "mysql", "mystery", "naruto", "natasha", "nature",
    "newyork", "nicholas", "nicole", "ninja", "nintendo", "nirvana", "nokia", "nothing",
    "november", "ocean", "october", "office", "oliver", "olivia", "omega", "one",
    "oracle", "orange", "orchid", "oscar", "pablo", "packers", "pakistan", "panther",
    "paris", "parola", "pass", "passw", "passwd", "password", "passwort", "patrick",
    "peace", "peach", "pedro", "pepper", "peter", "phoenix", "pikachu", "pirate",
    "pizza", "playstation", "pokemon", "pony", "porn", "porsche", "postgres", "power",
    "prayer", "pretty", "prince", "princess", "puma", "puppy", "purple", "pussy",
    "qazwsx", "queen", "qwaszx", "qwerty", "qwertz", "rabbit", "raiders", "rain",
    "ranger", "rangers", "realmadrid", "red", "redsox", "ricardo", "richard", "river",
    "robert", "roberto", "roblox", "rocket", "rockstar", "rocky", "rockyou", "root",
    "rose", "rugby", "salasana", "samantha", "samsung", "samurai", "sandra", "sarah",
    "sasuke", "saturday", "scarlet", "school", "science", "scorpion", "sebastian",
    "secret", "secure", "senha", "september", "serenity", "sergio", "server", "service",
    "sexy", "sexygirl", "shadow", "silver", "simple", "skywalker", "slipknot", "smile",
    "sniper", "snoopy", "snow", "snowball", "soccer", "soldier", "solution",
    "something", "sommer", "sonic", "sony", "sophia", "sophie", "space", "special",
    "spider", "spiderman", "spring", "star", "stars", "startrek", "starwars",
    "steelers", "stefan", "stephanie", "steven", "storm", "strawberry", "student",
    "summer", "sun", "sunday", "sunflower", "sunny", "sunshine", "superman", "support",
    "suzuki", "sweet", "sweetheart", "sweetie", "sweety", "system", "teacher", "temp",
    "temporary", "tennis", "test", "tester", "testing", "texas", "thomas", "three",
    "thunder", "thursday", "tiger", "tigger", "today", "tomorrow", "toor", "tottenham",
    "toyota", "trinity", "trustno", "trustnoone", "tuesday", "tupac", "turtle",
    "twitter", "two", "tyler", "ubuntu", "united", "universe", "university", "user",
    "vader", "victoria", "violet", "viper", "volleyball", "wachtwoord", "warcraft",
    "warrior", "wasd", "wednesday", "welcome", "whatever", "white", "william",
    "willkommen", "windows", "winnie", "winter", "wizard", "wolf", "wolverine", "world",
    "xbox", "yamaha", "yankees", "yellow", "yoda", "youtube", "yxcvbn", "zelda", "zero",
    "zombie", "zxcvbn", "zxcvbnm",
};
/* clang-format on */

#endif
