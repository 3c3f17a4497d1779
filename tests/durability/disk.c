/* A disk that can lose its power, fill up and fail. Preloaded into the service (LD_PRELOAD).
 *
 * Beside every file right below DISK_FOLDER it keeps, in DISK_SHADOW, what a loss of power would
 * leave of it: what is written reaches the copy when the file is synced, and not before. With
 * DISK_TORN some of the unsynced writes reach it too, whole or in part and in no order, as a real
 * disk may have it.
 *
 * DISK_CONTROL is a file of two 64-bit numbers that the test changes meanwhile: how many bytes the
 * files may still grow, and whether syncing fails. After a sync that fails, what it should have
 * written is gone for good, as on Linux.
 *
 * Written for SQLite's unix layer: open, write at a place, truncate, sync, unlink. The shared
 * memory of the WAL is left out; it is made anew after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 32
#define DESCRIPTORS 65536
#define SECTOR 512

struct range { off_t from, to; };

struct file {
    char name[256];
    struct range *dirty;
    size_t dirty_count, dirty_room;
    off_t cut_to; /* the smallest size since the last sync; -1: it was not cut */
    int copied;   /* not the shared memory */
};

struct control { volatile int64_t room; volatile int64_t syncs_fail; };

static struct file files[FILES];
static int file_count;
static signed char file_of[DESCRIPTORS]; /* 1 + its place in `files`; 0: none of ours */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *shadow;
static size_t folder_length;
static unsigned torn;
static long sync_microseconds;
static struct control *control;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void)
{
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    folder = getenv("DISK_FOLDER");
    shadow = getenv("DISK_SHADOW");
    folder_length = folder ? strlen(folder) : 0;
    torn = getenv("DISK_TORN") ? (unsigned)atoi(getenv("DISK_TORN")) : 0;
    sync_microseconds = getenv("DISK_SYNC_MICROSECONDS") ? atol(getenv("DISK_SYNC_MICROSECONDS")) : 0;
    const char *path = getenv("DISK_CONTROL");
    if (path) {
        int descriptor = real_open(path, O_RDWR);
        control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        real_close(descriptor);
        if (control == MAP_FAILED) abort();
    }
}

static void fatal(const char *what)
{
    fprintf(stderr, "disk.c: %s\n", what);
    abort();
}

/* The file's name when it lies right in the folder, else nothing. */
static const char *name_in_folder(const char *path)
{
    if (!folder || strncmp(path, folder, folder_length) || path[folder_length] != '/') return NULL;
    const char *name = path + folder_length + 1;
    return *name && !strchr(name, '/') ? name : NULL;
}

static struct file *ours(int descriptor)
{
    if (descriptor < 0 || descriptor >= DESCRIPTORS || !file_of[descriptor]) return NULL;
    return &files[file_of[descriptor] - 1];
}

static void note_open(int descriptor, const char *path)
{
    const char *name = name_in_folder(path);
    if (!name || descriptor < 0 || descriptor >= DESCRIPTORS) return;
    pthread_mutex_lock(&guard);
    int place = 0;
    while (place < file_count && strcmp(files[place].name, name)) place++;
    if (place == file_count) {
        if (file_count == FILES) fatal("too many files");
        struct file *file = &files[file_count++];
        snprintf(file->name, sizeof file->name, "%s", name);
        size_t length = strlen(name);
        file->copied = length < 4 || strcmp(name + length - 4, "-shm");
        file->cut_to = -1;
    }
    file_of[descriptor] = (signed char)(place + 1);
    pthread_mutex_unlock(&guard);
}

static int open_copy(struct file *file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", shadow, file->name);
    int descriptor = real_open(path, O_RDWR | O_CREAT, 0644);
    if (descriptor < 0) fatal("the copy cannot be opened");
    return descriptor;
}

static void copy_range(int from, int to, off_t begin, off_t end)
{
    char buffer[65536];
    while (begin < end) {
        size_t wanted = end - begin < (off_t)sizeof buffer ? (size_t)(end - begin) : sizeof buffer;
        ssize_t count = pread(from, buffer, wanted, begin);
        if (count <= 0) return; /* it was cut since */
        if (real_pwrite(to, buffer, (size_t)count, begin) != count) fatal("the copy cannot be written");
        begin += count;
    }
}

static void note_write(struct file *file, off_t from, off_t to)
{
    struct range *last = file->dirty_count ? &file->dirty[file->dirty_count - 1] : NULL;
    if (last && last->to == from) {
        last->to = to;
        return;
    }
    if (file->dirty_count == file->dirty_room) {
        file->dirty_room = file->dirty_room ? 2 * file->dirty_room : 64;
        file->dirty = realloc(file->dirty, file->dirty_room * sizeof *file->dirty);
        if (!file->dirty) fatal("no memory");
    }
    file->dirty[file->dirty_count++] = (struct range){from, to};
}

static void tear(struct file *file, int descriptor, off_t from, off_t to)
{
    int chance = rand_r(&torn) % 4;
    if (chance > 1) return;
    if (chance == 1) to = from + (to - from) / 2 / SECTOR * SECTOR;
    int copy = open_copy(file);
    copy_range(descriptor, copy, from, to);
    real_close(copy);
}

/* How many of the bytes the disk still takes. */
static size_t room_for(int descriptor, size_t count, off_t at)
{
    struct stat now;
    if (!control || fstat(descriptor, &now)) return count;
    off_t growth = at + (off_t)count - now.st_size;
    if (growth <= 0) return count;
    if (growth <= control->room) {
        control->room -= growth;
        return count;
    }
    off_t over = growth - (control->room > 0 ? control->room : 0);
    control->room = 0;
    return over >= (off_t)count ? 0 : count - (size_t)over;
}

static ssize_t write_at(int descriptor, const void *bytes, size_t count, off_t at)
{
    struct file *file = ours(descriptor);
    if (!file) return real_pwrite(descriptor, bytes, count, at);
    pthread_mutex_lock(&guard);
    size_t taken = room_for(descriptor, count, at);
    ssize_t written = -1;
    if (taken || !count) {
        written = real_pwrite(descriptor, bytes, taken, at);
        if (written > 0 && shadow && file->copied) {
            note_write(file, at, at + written);
            if (torn) tear(file, descriptor, at, at + written);
        }
    }
    pthread_mutex_unlock(&guard);
    if (!taken && count) errno = ENOSPC;
    return written;
}

static int sync_file(int descriptor)
{
    struct file *file = ours(descriptor);
    if (!file) return real_fsync(descriptor);
    if (sync_microseconds) usleep((useconds_t)sync_microseconds);
    int fails = control && control->syncs_fail;
    if (!shadow && !fails) return real_fsync(descriptor);
    pthread_mutex_lock(&guard);
    if (shadow && file->copied && !fails) {
        int copy = open_copy(file);
        struct stat now;
        if (file->cut_to >= 0 && real_ftruncate(copy, file->cut_to)) fatal("the copy cannot be cut");
        for (size_t each = 0; each < file->dirty_count; each++)
            copy_range(descriptor, copy, file->dirty[each].from, file->dirty[each].to);
        if (fstat(descriptor, &now) || real_ftruncate(copy, now.st_size))
            fatal("the copy cannot be cut");
        real_close(copy);
    }
    file->dirty_count = 0;
    file->cut_to = -1;
    pthread_mutex_unlock(&guard);
    if (fails) errno = EIO;
    return fails ? -1 : 0;
}

static int cut(int descriptor, off_t size)
{
    struct file *file = ours(descriptor);
    if (!file) return real_ftruncate(descriptor, size);
    pthread_mutex_lock(&guard);
    int result = real_ftruncate(descriptor, size);
    if (!result && (file->cut_to < 0 || size < file->cut_to)) file->cut_to = size;
    pthread_mutex_unlock(&guard);
    return result;
}

static int open_noting(const char *path, int flags, mode_t mode)
{
    int descriptor = real_open(path, flags, mode);
    note_open(descriptor, path);
    return descriptor;
}

#define OPEN(NAME)                                                                   \
    int NAME(const char *path, int flags, ...)                                       \
    {                                                                                \
        va_list arguments;                                                           \
        va_start(arguments, flags);                                                  \
        int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;       \
        va_end(arguments);                                                           \
        return open_noting(path, flags, (mode_t)mode);                               \
    }

OPEN(open)
OPEN(open64)

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t at)
{
    return write_at(descriptor, bytes, count, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t at)
{
    return write_at(descriptor, bytes, count, at);
}

int ftruncate(int descriptor, off_t size) { return cut(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return cut(descriptor, size); }
int fsync(int descriptor) { return sync_file(descriptor); }
int fdatasync(int descriptor) { return sync_file(descriptor); }

int close(int descriptor)
{
    if (descriptor >= 0 && descriptor < DESCRIPTORS) file_of[descriptor] = 0;
    return real_close(descriptor);
}

int unlink(const char *path)
{
    const char *name = name_in_folder(path);
    if (name && shadow) {
        char copy[4096];
        snprintf(copy, sizeof copy, "%s/%s", shadow, name);
        real_unlink(copy);
        pthread_mutex_lock(&guard);
        for (int place = 0; place < file_count; place++)
            if (!strcmp(files[place].name, name)) {
                files[place].dirty_count = 0;
                files[place].cut_to = -1;
            }
        pthread_mutex_unlock(&guard);
    }
    return real_unlink(path);
}
