/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Hashes that others made of "correct horse". */

#include "core/pwhash.h"

#include "core/rand.h"
#include "core/str.h"
#include "suite.h"

#include <stdio.h>

static const char *const made[] = {
    "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM=",
    "pbkdf2:sha256:1000$seasalt$"
    "9909ee7926a46fbe3ccea0400b5b6659566c65b8b6ccf1996ab1334c675f9aca",
    "pbkdf2:sha512:1000$seasalt$"
    "081c76ae4a6f8f2100a28a4d56e45958e3b14d3470a15e898eb1c04590265a84467fb06597ff8deadb5"
    "5ff8816bed775e8d27de0ea55a591e6e3821d32b1542e",
    "pbkdf2:sha1:1000$seasalt$890be434e175c042f82a187c7a8809f2b5218a93",
    "scrypt:1024:8:1$seasalt$"
    "6fdbea39ed01e47661d9fd7443d44f37d38534fb666fe7b3a7960e96766c250d2f4392377aaf19b7b18"
    "532ea90e7cc42c5322f54bd5008bfcf4d7116afe44d1c",
    "$pbkdf2-sha256$1000$yMnKy8zNzs/Q0dLT1NXW1w$TwRueOdCB6KCbpfU0/"
    "4XAabBqcM.xth4i3zmIlph9.Q",
    "$pbkdf2-sha512$1000$yMnKy8zNzs/Q0dLT1NXW1w$4xPvOlNzcf4w83OeXLs00cDMTZ/"
    "Jcuh8hwgCDBR1y9KhNdPKjKCw1sE1hBb/KcVzJbfBhesdf0dIDnsHZEmvjw",
    "$pbkdf2$1000$yMnKy8zNzs/Q0dLT1NXW1w$zUsdkDhLT5OD/dmWT/xuh/Z9uCs",
    "$scrypt$ln=10,r=8,p=1$yMnKy8zNzs/"
    "Q0dLT1NXW1w$SDfo5Vh4WOI0Gj2oah2O18JMdph5SFveKhdeD9EYzg0",
    "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "bcrypt$$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuFRrKxBsFtwnfZtmHymgDN/Qb8toxLuK",
    "$5$rounds=1000$saltsalt$R6e4P8ccT9iMqkYg7Z8YtpId/lfsIfnuPkp8WXposU8",
    "$6$saltsalt$hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL5Vvwp"
    "2scFtv/uamSo5z0",
    "$6$rounds=1000$saltsalt$4GMtaIz3E1AdDi2SmCokEW0ehi."
    "HdxNDcL3fGE1XXuzvo6kbx7UOloZKONqEk5H3JrQA4NOfU8BmqFPrpGqwA1",
    "$y$j75$saltsalt$5wlMXHz82Iqiv0ywbT8h3LCVssbi3h0Xh43jM7E7Tr2",
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79",
    "$7$86..../....SodiumChloride$geRDcFA0kWTgf0O6ZCdVt1ip7gcdaR2xtAbSwlsNJi7",
};
#define MADE ((int)(sizeof made / sizeof made[0]))

START_TEST(what_others_made_is_checked)
{
    char text[HEARTH__PWHASH_MOST];
    hearth__pwhash h;
    size_t at;

    ck_assert_int_eq(hearth__rand_init(), 0);
    ck_assert_msg(hearth__pwhash_read(&h, hearth__str_of(made[_i])), "%s", made[_i]);
    ck_assert_msg(hearth__pwhash_check(&h, HEARTH__S("correct horse")) == 0, "%s",
                  made[_i]);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horsf")), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horse\0x")),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("")), HEARTH_EINVAL);
    ck_assert(hearth__pwhash_weaker(&h, 64, 1));
    /* A key that differs in one character. */
    snprintf(text, sizeof text, "%s", made[_i]);
    at = strlen(text) - 8;
    text[at] = text[at] == '1' ? '2' : '1';
    if (hearth__pwhash_read(&h, hearth__str_of(text)))
        ck_assert_int_eq(hearth__pwhash_check(&h, HEARTH__S("correct horse")),
                         HEARTH_EINVAL);
}
END_TEST

/* Cut off anywhere: no hash, or one that the password does not fit. */
START_TEST(a_part_of_one_lets_nobody_in)
{
    hearth__pwhash h;

    ck_assert_int_eq(hearth__rand_init(), 0);
    size_t whole = strlen(made[_i]);

    while (made[_i][whole - 1] == '=') /* padding says nothing */
        whole--;
    for (size_t n = 0; n < whole; n++)
        if (hearth__pwhash_read(&h, hearth__str(made[_i], n)))
            ck_assert_msg(hearth__pwhash_check(&h, HEARTH__S("correct horse")) != 0,
                          "%zu of %s", n, made[_i]);
}
END_TEST

static const char *const refused[] = {
    "$1$saltsalt$NuzA7WTAelpl95xgBGWN60", /* MD5 */
    "ab1iTgSI.cPGs",                      /* DES */
    "$2b$17$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "$2b$31$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "$2x$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
    "$6$rounds=10000001$saltsalt$"
    "4GMtaIz3E1AdDi2SmCokEW0ehi."
    "HdxNDcL3fGE1XXuzvo6kbx7UOloZKONqEk5H3JrQA4NOfU8BmqFPrpGqwA1",
    "$y$jK5$saltsalt$5wlMXHz82Iqiv0ywbT8h3LCVssbi3h0Xh43jM7E7Tr2",
    "$y$jzT$saltsalt$5wlMXHz82Iqiv0ywbT8h3LCVssbi3h0Xh43jM7E7Tr2",
    "$y$j9T3$saltsalt$5wlMXHz82Iqiv0ywbT8h3LCVssbi3h0Xh43jM7E7Tr2",
    "$7$M6..../....SodiumChloride$geRDcFA0kWTgf0O6ZCdVt1ip7gcdaR2xtAbSwlsNJi7",
    "$7$8zzzzz/....SodiumChloride$geRDcFA0kWTgf0O6ZCdVt1ip7gcdaR2xtAbSwlsNJi7",
    "pbkdf2_sha256$10000001$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha256$0$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha256$-1$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha256$1000$$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha256$1000$seasalt$",
    "pbkdf2_sha256$1000$seasalt$mQnu",
    "pbkdf2_md5$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2:md5:1000$seasalt$9909ee7926a46fbe3ccea0400b5b6659",
    "pbkdf2:sha256:1000$seasalt$9909ee7926a46fbe3ccea0400b5b665",
    "scrypt:1023:8:1$seasalt$6fdbea39ed01e47661d9fd7443d44f37",
    "scrypt:1:8:1$seasalt$6fdbea39ed01e47661d9fd7443d44f37",
    "scrypt:1048576:16:1$seasalt$6fdbea39ed01e47661d9fd7443d44f37",
    "scrypt:1024:8$seasalt$6fdbea39ed01e47661d9fd7443d44f37",
    "scrypt:1024:8:1:1$seasalt$6fdbea39ed01e47661d9fd7443d44f37",
    "$scrypt$ln=28,r=8,p=1$yMnKy8zNzs$SDfo5Vh4WOI0Gj2oah2O18JMdph5SFveKhdeD9EYzg0",
    "$scrypt$ln=10,r=8$yMnKy8zNzs$SDfo5Vh4WOI0Gj2oah2O18JMdph5SFveKhdeD9EYzg0",
    "bcrypt$$6$saltsalt$"
    "hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL",
    "sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8",
    "md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3",
};
#define REFUSED ((int)(sizeof refused / sizeof refused[0]))

START_TEST(what_is_weak_or_has_no_bounds_is_refused)
{
    hearth__pwhash h;

    ck_assert_msg(!hearth__pwhash_read(&h, hearth__str_of(refused[_i])), "%s",
                  refused[_i]);
}
END_TEST

SUITE("core/pwhash_import",
      LOOP(what_others_made_is_checked, 0, MADE)
          LOOP(a_part_of_one_lets_nobody_in, 0, MADE)
              LOOP(what_is_weak_or_has_no_bounds_is_refused, 0, REFUSED))
