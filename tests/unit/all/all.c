// SPDX-License-Identifier: GPL-3.0-or-later
/* All unit tests in one program, for flavours in which each program takes long to link: by the name
 * under which it is called it knows which of them to be.  UNITS names them, each as
 * UNIT(test_name); what is `main` in a test's file is compiled as `test_name_main`. */
#include <stdio.h>
#include <string.h>

#define UNIT(name) int name##_main(void);
UNITS
#undef UNIT

struct unit {
    const char *name;
    int (*run)(void);
};

#define UNIT(name) {#name, name##_main},
static const struct unit units[] = {UNITS};

int main(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : "";
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(units[i].name, name) == 0)
            return units[i].run();
    fprintf(stderr, "all: there is no test named \"%s\"\n", name);
    return 2;
}
