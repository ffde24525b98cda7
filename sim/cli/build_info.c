// SPDX-License-Identifier: GPL-3.0-or-later
/* The only file that is compiled anew when the commit or the flags change. */
#include "cli/build_info.h"

#ifndef BUILD_COMMIT
#define BUILD_COMMIT "unknown"
#endif
#ifndef BUILD_COMPILER
#define BUILD_COMPILER "unknown"
#endif
#ifndef BUILD_FLAGS
#define BUILD_FLAGS "unknown"
#endif
#ifndef BUILD_DATADIR
#define BUILD_DATADIR ""
#endif
#ifndef BUILD_LIBRARIES
#define BUILD_LIBRARIES "unknown"
#endif

const char build_info_version[] = "0.1.0";
const char build_info_commit[] = BUILD_COMMIT;
const char build_info_compiler[] = BUILD_COMPILER;
const char build_info_flags[] = BUILD_FLAGS;
const char build_info_datadir[] = BUILD_DATADIR;

const char *build_info_libraries(void)
{
    return BUILD_LIBRARIES;
}
