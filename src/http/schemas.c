/*
 * What an operator adds: extension schemas, and indexes of attributes. Read
 * when nginx starts or reloads. It must not know how either is used.
 */

#include "directives.h"


static ngx_int_t ngx_http_scim_kind(ngx_conf_t *cf, ngx_str_t *name,
    ngx_scim_kind_e *kind);
static json_t *ngx_http_scim_schema_read(ngx_conf_t *cf, ngx_str_t *file);
static ngx_int_t ngx_http_scim_create_registry(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf);
static void ngx_http_scim_free_registry(void *data);
static ngx_int_t ngx_http_scim_init_indexes(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf, ngx_scim_kind_e kind);
static ngx_int_t ngx_http_scim_add_indexes(ngx_array_t *indexes,
    ngx_scim_kind_e kind, ngx_uint_t broad);
static ngx_int_t ngx_http_scim_add_named(ngx_conf_t *cf,
    ngx_array_t *indexes, const scim_resource_type_t *type,
    ngx_http_scim_named_index_t *named);
static ngx_http_scim_index_t *ngx_http_scim_add_index(ngx_array_t *indexes,
    const char *path, ngx_http_scim_index_source_e source);
static void ngx_http_scim_free_path(void *data);


static const char *const  ngx_http_scim_kinds[] = { "User", "Group" };


/*
 * What resources are found by. The planner takes the first that a filter
 * demands; those that may find many stand behind the ones that an operator
 * names.
 */

static const struct {
    ngx_scim_kind_e                kind;
    ngx_uint_t                     broad;
    const char                    *path;
    ngx_http_scim_index_source_e   source;
} ngx_http_scim_index_paths[] = {
    { NGX_SCIM_USERS, 0, "id", NGX_HTTP_SCIM_INDEX_ID },
    { NGX_SCIM_USERS, 0, "userName", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_USERS, 0, "externalId", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_USERS, 0, "emails.value", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_USERS, 0, "displayName", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_USERS, 1, "groups.value", NGX_HTTP_SCIM_INDEX_MEMBERS },
    { NGX_SCIM_USERS, 1, "meta.lastModified", NGX_HTTP_SCIM_INDEX_TIME },
    { NGX_SCIM_USERS, 1, "active", NGX_HTTP_SCIM_INDEX_DOCUMENT },

    { NGX_SCIM_GROUPS, 0, "id", NGX_HTTP_SCIM_INDEX_ID },
    { NGX_SCIM_GROUPS, 0, "displayName", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_GROUPS, 0, "externalId", NGX_HTTP_SCIM_INDEX_DOCUMENT },
    { NGX_SCIM_GROUPS, 1, "members.value", NGX_HTTP_SCIM_INDEX_MEMBERS },
    { NGX_SCIM_GROUPS, 1, "meta.lastModified", NGX_HTTP_SCIM_INDEX_TIME }
};


/* the directive "scim_schema User|Group file [required]" */

char *
ngx_http_scim_schema(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    int               rc;
    json_t           *schema;
    ngx_str_t        *value;
    ngx_uint_t        required;
    scim_error_t      error;
    ngx_scim_kind_e   kind;

    value = cf->args->elts;

    if (ngx_http_scim_kind(cf, &value[1], &kind) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    required = (cf->args->nelts == 4);

    if (required && !ngx_http_scim_is(&value[3], "required")) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\", expected \"required\"",
                           &value[3]);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_scim_create_registry(cf, mcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    schema = ngx_http_scim_schema_read(cf, &value[2]);
    if (schema == NULL) {
        return NGX_CONF_ERROR;
    }

    rc = scim_registry_extend(mcf->registry, ngx_http_scim_kinds[kind],
                              schema, (int) required, &error);
    json_decref(schema);

    if (rc != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "schema \"%V\": %s",
                           &value[2], error.detail);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_scim_kind(ngx_conf_t *cf, ngx_str_t *name, ngx_scim_kind_e *kind)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_SCIM_ANY; i++) {
        if (ngx_http_scim_is(name, ngx_http_scim_kinds[i])) {
            *kind = (ngx_scim_kind_e) i;
            return NGX_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid resource type \"%V\", expected \"User\" or "
                       "\"Group\"", name);

    return NGX_ERROR;
}


static json_t *
ngx_http_scim_schema_read(ngx_conf_t *cf, ngx_str_t *file)
{
    json_t        *schema;
    ngx_str_t      content;
    json_error_t   error;

    if (ngx_http_scim_read_file(cf, file, &content) != NGX_OK) {
        return NULL;
    }

    schema = json_loadb((char *) content.data, content.len,
                        JSON_REJECT_DUPLICATES, &error);

    if (schema == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "schema \"%V\": line %d, column %d: %s", file,
                           error.line, error.column, error.text);
        return NULL;
    }

    if (!json_is_object(schema)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "schema \"%V\": expected one schema, a JSON object",
                           file);
        json_decref(schema);
        return NULL;
    }

    return schema;
}


static ngx_int_t
ngx_http_scim_create_registry(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_pool_cleanup_t  *cln;

    if (mcf->registry) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    mcf->registry = scim_registry_create();
    if (mcf->registry == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_scim_free_registry;
    cln->data = mcf->registry;

    return NGX_OK;
}


static void
ngx_http_scim_free_registry(void *data)
{
    scim_registry_free(data);
}


/*
 * The directive "scim_index User|Group attribute ...". The schemas that have
 * the attributes may be named behind it, so they are looked up in the end.
 */

char *
ngx_http_scim_index_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_scim_kind_e               kind;
    ngx_http_scim_named_index_t  *named;

    value = cf->args->elts;

    if (ngx_http_scim_kind(cf, &value[1], &kind) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (mcf->named_indexes == NULL) {
        mcf->named_indexes = ngx_array_create(cf->pool, 4,
                                         sizeof(ngx_http_scim_named_index_t));
        if (mcf->named_indexes == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {
        named = ngx_array_push(mcf->named_indexes);
        if (named == NULL) {
            return NGX_CONF_ERROR;
        }

        named->kind = kind;
        named->path = value[i];
        named->file = cf->conf_file->file.name;
        named->line = cf->conf_file->line;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_scim_init_types(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_uint_t  kind;

    for (kind = 0; kind < NGX_SCIM_ANY; kind++) {
        mcf->types[kind] = scim_registry_type(mcf->registry,
                                              ngx_http_scim_kinds[kind]);

        if (ngx_http_scim_init_indexes(cf, mcf, (ngx_scim_kind_e) kind)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    mcf->types[NGX_SCIM_ANY] = mcf->types[NGX_SCIM_USERS];

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_init_indexes(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf,
    ngx_scim_kind_e kind)
{
    ngx_uint_t                    i;
    ngx_array_t                  *indexes;
    ngx_http_scim_named_index_t  *named;

    indexes = &mcf->indexes[kind];

    if (ngx_array_init(indexes, cf->pool, 8, sizeof(ngx_http_scim_index_t))
        != NGX_OK
        || ngx_http_scim_add_indexes(indexes, kind, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; mcf->named_indexes && i < mcf->named_indexes->nelts; i++) {
        named = (ngx_http_scim_named_index_t *) mcf->named_indexes->elts + i;

        if (named->kind == kind
            && ngx_http_scim_add_named(cf, indexes, mcf->types[kind], named)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_scim_add_indexes(indexes, kind, 1);
}


static ngx_int_t
ngx_http_scim_add_indexes(ngx_array_t *indexes, ngx_scim_kind_e kind,
    ngx_uint_t broad)
{
    ngx_uint_t  i;

    for (i = 0;
         i < sizeof(ngx_http_scim_index_paths)
             / sizeof(ngx_http_scim_index_paths[0]);
         i++)
    {
        if (ngx_http_scim_index_paths[i].kind == kind
            && ngx_http_scim_index_paths[i].broad == broad
            && ngx_http_scim_add_index(indexes,
                                       ngx_http_scim_index_paths[i].path,
                                       ngx_http_scim_index_paths[i].source)
               == NULL)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_add_named(ngx_conf_t *cf, ngx_array_t *indexes,
    const scim_resource_type_t *type, ngx_http_scim_named_index_t *named)
{
    char                   *path;
    ngx_uint_t              i;
    const char             *reason;
    ngx_pool_cleanup_t     *cln;
    ngx_http_scim_index_t  *index;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    path = scim_resource_index_path(type, (char *) named->path.data, &reason);

    if (path) {
        cln->handler = ngx_http_scim_free_path;
        cln->data = path;

    } else if (reason == NULL) {
        return NGX_ERROR;
    }

    for (i = 0;
         path && i < sizeof(ngx_http_scim_index_paths)
                     / sizeof(ngx_http_scim_index_paths[0]);
         i++)
    {
        if (ngx_http_scim_index_paths[i].kind == named->kind
            && ngx_strcmp(ngx_http_scim_index_paths[i].path, path) == 0)
        {
            path = NULL;
            reason = "has an index anyway";
        }
    }

    index = indexes->elts;

    for (i = 0; path && i < indexes->nelts; i++) {
        if (ngx_http_scim_is(&index[i].path, path)) {
            path = NULL;
            reason = "is named twice";
        }
    }

    if (path == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"scim_index\": the attribute \"%V\" %s in %V:%ui",
                      &named->path, reason, &named->file, named->line);
        return NGX_ERROR;
    }

    index = ngx_http_scim_add_index(indexes, path,
                                    NGX_HTTP_SCIM_INDEX_DOCUMENT);
    if (index == NULL) {
        return NGX_ERROR;
    }

    index->named = 1;

    return NGX_OK;
}


static ngx_http_scim_index_t *
ngx_http_scim_add_index(ngx_array_t *indexes, const char *path,
    ngx_http_scim_index_source_e source)
{
    ngx_http_scim_index_t  *index;

    index = ngx_array_push(indexes);
    if (index == NULL) {
        return NULL;
    }

    index->path.data = (u_char *) path;
    index->path.len = ngx_strlen(path);
    index->source = source;
    index->named = 0;

    return index;
}


static void
ngx_http_scim_free_path(void *data)
{
    free(data);
}
