/* Stands between a program and its disk (LD_PRELOAD): what the file that MESAD_TEST_FAULTS names
 * says happens to the database's files.
 *   sync-fails   fsync and fdatasync fail with EIO
 *   read-only    writing, and opening for it, fails with EROFS
 *   slow         each fsync and each write takes 30 ms
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int says(const char *fault) {
    static int (*real_open)(const char *, int, ...);
    const char *path = getenv("MESAD_TEST_FAULTS");
    char text[64] = {0};
    int file;
    if (!path) return 0;
    if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
    file = real_open(path, O_RDONLY);
    if (file < 0) return 0;
    if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
    close(file);
    return strstr(text, fault) != NULL;
}

static int is_database(int file) {
    char link[64], path[4096];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "mesad.sqlite") != NULL;
}

static void slowly(int file) {
    if (is_database(file) && says("slow")) usleep(30000);
}

static int refuses(int file) {
    return is_database(file) && says("read-only");
}

#define SYNC(name)                                                  \
    int name(int file) {                                            \
        static int (*real)(int);                                    \
        if (!real) real = dlsym(RTLD_NEXT, #name);                  \
        slowly(file);                                               \
        if (is_database(file) && says("sync-fails")) {              \
            errno = EIO;                                            \
            return -1;                                              \
        }                                                           \
        return real(file);                                          \
    }
SYNC(fsync)
SYNC(fdatasync)

#define PWRITE(name, offset)                                        \
    ssize_t name(int file, const void *bytes, size_t many, offset at) { \
        static ssize_t (*real)(int, const void *, size_t, offset);  \
        if (!real) real = dlsym(RTLD_NEXT, #name);                  \
        slowly(file);                                               \
        if (refuses(file)) {                                        \
            errno = EROFS;                                          \
            return -1;                                              \
        }                                                           \
        return real(file, bytes, many, at);                         \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define OPEN(name)                                                  \
    int name(const char *path, int flags, ...) {                    \
        static int (*real)(const char *, int, ...);                 \
        va_list more;                                               \
        int mode;                                                   \
        va_start(more, flags);                                      \
        mode = va_arg(more, int);                                   \
        va_end(more);                                               \
        if (!real) real = dlsym(RTLD_NEXT, #name);                  \
        if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && strstr(path, "mesad.sqlite") \
            && says("read-only")) {                                 \
            errno = EROFS;                                          \
            return -1;                                              \
        }                                                           \
        return real(path, flags, mode);                             \
    }
OPEN(open)
OPEN(open64)
