/*
 * Error replies: what they mean, what the operator can do, whether the command
 * may have run.
 *
 * The texts of Redis quote arguments, and with them people's names: they are
 * compared, and nothing but their first word and a line number is logged.
 */

#include "redis_internal.h"


typedef struct {
    const char  *text;             /* what the reply begins with              */
    const char  *failure;
    const char  *advice;
    unsigned     refused:1;        /* surely not executed, not even in part   */
    unsigned     elsewhere:1;      /* a new connection may lead to another    */
} ngx_scim_redis_error_t;


static const ngx_scim_redis_error_t *ngx_scim_redis_find_error(
    const ngx_scim_redis_error_t *errors, redisReply *reply);
static void ngx_scim_redis_log_error(ngx_scim_redis_t *redis,
    const ngx_scim_redis_error_t *error, redisReply *reply, ngx_str_t *name);
static void ngx_scim_redis_error_code(redisReply *reply, ngx_str_t *code);
static ngx_uint_t ngx_scim_redis_error_line(redisReply *reply);
static ngx_uint_t ngx_scim_redis_refused(const ngx_scim_redis_error_t *error,
    ngx_scim_redis_command_t *command, redisReply *reply);


static const ngx_scim_redis_error_t  ngx_scim_redis_errors[] = {

    { "LOADING",
      "redis is loading its data",
      "it just started; this ends by itself", 1, 0 },

    { "OOM",
      "redis is out of memory",
      "raise its \"maxmemory\" or free some; \"noeviction\" is the policy to "
      "keep", 1, 0 },

    { "READONLY",
      "redis is a read-only replica",
      "scim_redis must point to the master", 1, 1 },

    { "MISCONF",
      "redis cannot save to its disk and refuses writes",
      "see its log; is the disk full?", 1, 0 },

    { "NOREPLICAS",
      "redis has too few replicas to accept writes",
      "see its \"min-replicas-to-write\"", 1, 0 },

    { "MASTERDOWN",
      "redis is a replica that lost its master",
      "scim_redis must point to the master", 1, 1 },

    { "BUSY ",
      "redis is busy with a script",
      "\"FUNCTION KILL\" or \"SCRIPT KILL\" ends one that does not write",
      1, 0 },

    { "NOAUTH",
      "redis wants a password",
      "set scim_redis_password_file", 1, 0 },

    { "NOPERM",
      "the redis user lacks a permission",
      "see \"ACL LOG\" and grant what it names: commands or keys \"scim:*\"",
      1, 0 },

    /* in a function, which may have written already: of 7.0, and of 7.2 */

    { "ERR The user executing the script can't",
      "the redis user lacks a permission",
      "see \"ACL LOG\" and grant what it names: commands or keys \"scim:*\"",
      0, 0 },

    { "ERR ACL failure in script",
      "the redis user lacks a permission",
      "see \"ACL LOG\" and grant what it names: commands or keys \"scim:*\"",
      0, 0 },

    { "MOVED",
      "redis is a cluster, and this node does not have the key",
      "scim_redis does not follow a cluster", 1, 0 },

    { "ASK",
      "redis is a cluster, and the key is on the move",
      "scim_redis does not follow a cluster", 1, 0 },

    { "CLUSTERDOWN",
      "the redis cluster is down",
      "see \"CLUSTER INFO\"", 1, 0 },

    { "CROSSSLOT",
      "redis is a cluster, and the keys are on several nodes",
      "scim_redis does not follow a cluster", 1, 0 },

    { "TRYAGAIN",
      "redis is a cluster, and the keys are on the move",
      "scim_redis does not follow a cluster", 1, 0 },

    { "ERR Function not found",
      "redis does not have the function",
      "it is not in the library, or somebody deletes functions", 1, 0 },

    { "ERR unknown command",
      "redis does not know the command",
      "redis 7.0 or later is needed, and no renamed commands", 1, 0 },

    { "UNKILLABLE",
      "redis is busy with a script",
      "it has written and cannot be killed; wait, or restart redis", 1, 0 },

    { "WRONGTYPE",
      "a key in redis is of another type than it should be",
      "has something else written to keys \"scim:*\" of this database?", 0, 0 },

    { "",
      "redis answered with an error",
      "if redis is 7.0 or later, this is a defect: please report it", 0, 0 }
};


/* to AUTH, SELECT and CLIENT SETNAME */
static const ngx_scim_redis_error_t  ngx_scim_redis_greeting_errors[] = {

    { "ERR max number of clients",
      "redis has no connection left; raise its \"maxclients\"", NULL, 1, 0 },

    { "DENIED",
      "redis is in protected mode and refuses connections from other hosts; "
      "give it a password, and set scim_redis_password_file", NULL, 1, 0 },

    { "NOAUTH",
      "redis wants a password; set scim_redis_password_file", NULL, 1, 0 },

    { "WRONGPASS",
      "redis refused the user or password; check scim_redis_user and "
      "scim_redis_password_file, and that the user is on", NULL, 1, 0 },

    { "", NULL, NULL, 1, 0 }
};


ngx_uint_t
ngx_scim_redis_error_is(redisReply *reply, const char *text)
{
    size_t  len;

    len = ngx_strlen(text);

    return reply->len >= len && ngx_strncmp(reply->str, text, len) == 0;
}


static const ngx_scim_redis_error_t *
ngx_scim_redis_find_error(const ngx_scim_redis_error_t *errors,
    redisReply *reply)
{
    while (!ngx_scim_redis_error_is(reply, errors->text)) {
        errors++;
    }

    return errors;
}


/* NULL: it does not matter */
const char *
ngx_scim_redis_greeting_failure(ngx_uint_t command, redisReply *reply)
{
    const ngx_scim_redis_error_t  *error;

    error = ngx_scim_redis_find_error(ngx_scim_redis_greeting_errors, reply);

    if (error->failure) {
        return error->failure;
    }

    switch (command) {

    case NGX_SCIM_REDIS_AUTH:
        return "redis refused AUTH; has it a password at all? Check "
               "scim_redis_user and scim_redis_password_file";

    case NGX_SCIM_REDIS_SELECT:
        return "redis refused SELECT; check scim_redis_database against its "
               "\"databases\" and the user's permissions";

    default: /* SORT_RO and CLIENT SETNAME, which an ACL may forbid */
        return NULL;
    }
}


/* the batch fails with it: logged once, unless nobody waits for the batch */
void
ngx_scim_redis_error(ngx_scim_redis_batch_t *batch, ngx_uint_t index,
    redisReply *reply)
{
    ngx_str_t                      name;
    ngx_scim_redis_command_t      *command;
    const ngx_scim_redis_error_t  *error;

    command = &batch->commands[index];
    batch->redis->stats->errors++;

    error = ngx_scim_redis_find_error(ngx_scim_redis_errors, reply);

    if (!ngx_scim_redis_refused(error, command, reply)) {
        batch->uncertain = 1;
    }

    if (error->elsewhere) {
        batch->redis->stale = 1;
    }

    if (batch->failure) {
        return;
    }

    batch->failure = error->failure;

    name.len = command->name_len;
    name.data = batch->start + command->name;

    ngx_scim_redis_log_error(batch->redis, error, reply, &name);
}


/* to FUNCTION LOAD */
void
ngx_scim_redis_library_error(ngx_scim_redis_t *redis, redisReply *reply)
{
    ngx_str_t                      name;
    const ngx_scim_redis_error_t  *error;

    error = ngx_scim_redis_find_error(ngx_scim_redis_errors, reply);

    ngx_str_set(&name, "FUNCTION LOAD");

    ngx_scim_redis_log_error(redis, error, reply, &name);
}


/* the same error again within a second is not worth another [error] line */
static void
ngx_scim_redis_log_error(ngx_scim_redis_t *redis,
    const ngx_scim_redis_error_t *error, redisReply *reply, ngx_str_t *name)
{
    ngx_str_t   code;
    ngx_uint_t  level, line;

    level = NGX_LOG_ERR;

    if (error->text[0] != '\0'
        && redis->last_error == error->failure
        && ngx_current_msec - redis->error_time < 1000)
    {
        level = NGX_LOG_INFO;

    } else {
        redis->last_error = error->failure;
        redis->error_time = ngx_current_msec;
    }

    ngx_scim_redis_error_code(reply, &code);
    line = ngx_scim_redis_error_line(reply);

    if (line) {
        ngx_log_error(level, redis->log, 0,
                      "scim redis: %s (%V in \"%V\", line %ui of the library); "
                      "%s", error->failure, &code, name, line, error->advice);
        return;
    }

    ngx_log_error(level, redis->log, 0,
                  "scim redis: %s (%V%s%V%s); %s", error->failure, &code,
                  name->len ? " to \"" : "", name, name->len ? "\"" : "",
                  error->advice);
}


/* the first word, if it looks like an error code */
static void
ngx_scim_redis_error_code(redisReply *reply, ngx_str_t *code)
{
    size_t  i;

    for (i = 0; i < reply->len && i < 32; i++) {
        if ((reply->str[i] < 'A' || reply->str[i] > 'Z')
            && reply->str[i] != '_')
        {
            break;
        }
    }

    if (i == 0 || (i < reply->len && reply->str[i] != ' ')) {
        ngx_str_set(code, "unknown error");
        return;
    }

    code->data = (u_char *) reply->str;
    code->len = i;
}


/* "... on @user_function:12." or "ERR user_function:12: ..."; else 0 */
static ngx_uint_t
ngx_scim_redis_error_line(redisReply *reply)
{
    u_char      *p, *last;
    ngx_uint_t   line;

    static u_char  text[] = "user_function:";

    last = (u_char *) reply->str + reply->len;

    p = ngx_strlcasestrn((u_char *) reply->str, last, text, sizeof(text) - 2);
    if (p == NULL) {
        return 0;
    }

    line = 0;

    for (p += sizeof(text) - 1; p < last && line < 1000000; p++) {
        if (*p < '0' || *p > '9') {
            break;
        }

        line = line * 10 + (*p - '0');
    }

    return line;
}


/*
 * A function may have written before it failed. Redis refuses OOM, READONLY,
 * MISCONF and the like inside a function only until its first write; what a
 * function meets later, such as a key that the user may not touch, is told
 * with a line number.
 */
static ngx_uint_t
ngx_scim_redis_refused(const ngx_scim_redis_error_t *error,
    ngx_scim_redis_command_t *command, redisReply *reply)
{
    if (!command->write) {
        return 1;
    }

    if (ngx_scim_redis_error_is(reply, "NOPERM")
        && ngx_scim_redis_error_line(reply))
    {
        return 0;
    }

    return error->refused;
}
