#include <hearth.h>

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "Hello, world!\n");
}

static const hearth_route routes[] = {HEARTH_GET("/", hello), HEARTH_END};

int main(int argc, char **argv)
{
    return hearth_main(argc, argv, routes);
}
