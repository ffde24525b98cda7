// SPDX-License-Identifier: GPL-3.0-or-later
/* A result folder is there as a whole or not at all, and takes nobody else's place. */
#include "report/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* Paths below a folder of the test's own. */
static char base[] = "/tmp/queuelab-folder-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(base) == NULL || chdir(base) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    return chdir("/") != 0 || rmdir(base) != 0;
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static bool write_result(const char *path, const char *name)
{
    struct folder folder;
    const bool ok = folder_open(&folder, path) && folder_write(&folder, "result.json", "{}", 2) &&
                    folder_write(&folder, name, "x", 1) && folder_commit(&folder);
    folder_close(&folder);
    return ok;
}

static void remove_result(const char *path, const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "%s/result.json", path);
    unlink(file);
    snprintf(file, sizeof file, "%s/%s", path, name);
    unlink(file);
    rmdir(path);
}

static void test_a_newer_result_replaces_an_older_one(void **state)
{
    (void)state;
    assert_true(write_result("a/b/r", "first.csv"));
    assert_true(exists("a/b/r/first.csv"));
    assert_true(write_result("a/b/r/", "second.csv"));
    assert_true(exists("a/b/r/second.csv") && !exists("a/b/r/first.csv"));
    remove_result("a/b/r", "second.csv");
    /* Nothing else was left beside it. */
    assert_int_equal(rmdir("a/b") | rmdir("a"), 0);
}

static void test_nothing_is_left_of_what_is_not_committed(void **state)
{
    (void)state;
    struct folder folder;
    mkdir("there", 0777);
    assert_true(folder_open(&folder, "there/made/r"));
    assert_true(folder_write(&folder, "result.json", "{}", 2));
    folder_close(&folder);
    assert_false(exists("there/made"));
    /* A folder that was there stays. */
    assert_int_equal(rmdir("there"), 0);
}

static void test_other_folders_are_safe(void **state)
{
    (void)state;
    struct folder folder;
    mkdir("mine", 0777);
    mkdir("mine/thesis", 0777);
    assert_false(folder_open(&folder, "mine"));
    assert_non_null(strstr(text_of(&folder.error), "is no result"));
    folder_close(&folder);
    assert_true(exists("mine/thesis"));
    assert_int_equal(rmdir("mine/thesis") | rmdir("mine"), 0);
}

static void test_an_empty_folder_is_free(void **state)
{
    (void)state;
    mkdir("empty", 0777);
    assert_true(write_result("empty", "x.csv"));
    remove_result("empty", "x.csv");
}

static void test_a_file_in_the_way(void **state)
{
    (void)state;
    struct folder folder;
    fclose(fopen("file", "w"));
    assert_false(folder_open(&folder, "file/below"));
    folder_close(&folder);
    assert_false(folder_open(&folder, "file"));
    folder_close(&folder);
    assert_int_equal(unlink("file"), 0);
}

/* /dev/full takes bytes and fails when they are flushed. */
static void test_a_full_disk_is_seen(void **state)
{
    (void)state;
    struct folder folder;
    if (!exists("/dev/full"))
        skip();
    assert_true(folder_open(&folder, "r"));
    FILE *full = fopen("/dev/full", "w");
    fputs("lost", full);
    assert_false(folder_end(&folder, "lost.csv", full));
    assert_string_equal(text_of(&folder.error), "cannot write lost.csv: No space left on device");
    /* After the first failure nothing is written any more. */
    assert_false(folder_write(&folder, "late.csv", "x", 1));
    assert_false(folder_commit(&folder));
    folder_close(&folder);
    assert_false(exists("r"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_newer_result_replaces_an_older_one),
        cmocka_unit_test(test_nothing_is_left_of_what_is_not_committed),
        cmocka_unit_test(test_other_folders_are_safe),
        cmocka_unit_test(test_an_empty_folder_is_free),
        cmocka_unit_test(test_a_file_in_the_way),
        cmocka_unit_test(test_a_full_disk_is_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
