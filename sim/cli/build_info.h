// SPDX-License-Identifier: GPL-3.0-or-later
/* What the program was built from, and where it was told to find its data. */
#ifndef QUEUELAB_CLI_BUILD_INFO_H
#define QUEUELAB_CLI_BUILD_INFO_H

extern const char build_info_version[], build_info_commit[], build_info_compiler[];
extern const char build_info_flags[], build_info_datadir[];

/* "cJSON 1.7.15, GSL 2.7.1, ..." of the libraries at hand. */
const char *build_info_libraries(void);

#endif
