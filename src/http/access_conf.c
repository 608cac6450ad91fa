/*
 * The directives "scim_access" and "scim_authz": a line each, of parameters
 * name=value. What can't be meant is refused here, as nobody would pass, or
 * everybody.
 */

#include "access.h"
#include "directives.h"


typedef char *(*ngx_http_scim_parameter_pt)(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);

typedef struct {
    ngx_str_t                    name;
    ngx_http_scim_parameter_pt   set;
    ngx_uint_t                   kind;         /* of a condition              */
} ngx_http_scim_parameter_t;


static char *ngx_http_scim_access_off(ngx_conf_t *cf, ngx_array_t **lines);
static ngx_int_t ngx_http_scim_access_parameter(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *arg);
static char *ngx_http_scim_access_complete(ngx_http_scim_access_line_t *line);
static char *ngx_http_scim_set_tenant(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);
static char *ngx_http_scim_set_user(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);
static char *ngx_http_scim_set_by(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);
static char *ngx_http_scim_set_namespace(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);
static char *ngx_http_scim_set_condition(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *value, ngx_uint_t kind);
static ngx_http_complex_value_t *ngx_http_scim_compile(ngx_conf_t *cf,
    ngx_str_t *value);
static ngx_uint_t ngx_http_scim_has_variable(ngx_str_t *value,
    const char *name);


static const ngx_http_scim_parameter_t  ngx_http_scim_parameters[] = {
    { ngx_string("tenant"), ngx_http_scim_set_tenant, 0 },
    { ngx_string("user"), ngx_http_scim_set_user, 0 },
    { ngx_string("by"), ngx_http_scim_set_by, 0 },
    { ngx_string("namespace"), ngx_http_scim_set_namespace, 0 },
    { ngx_string("group"), ngx_http_scim_set_condition,
      NGX_HTTP_SCIM_CONDITION_GROUP },
    { ngx_string("role"), ngx_http_scim_set_condition,
      NGX_HTTP_SCIM_CONDITION_ROLE },
    { ngx_string("permission"), ngx_http_scim_set_condition,
      NGX_HTTP_SCIM_CONDITION_PERMISSION },
    { ngx_null_string, NULL, 0 }
};


/* the first one is what "by" need not say */

static const ngx_http_scim_by_t  ngx_http_scim_bys[] = {
    { ngx_string("userName"), ngx_string("userName"), 1, 0, 0 },
    { ngx_string("id"), ngx_string("id"), 0, 1, 1 },
    { ngx_string("externalId"), ngx_string("externalId"), 0, 0, 2 },
    { ngx_string("email"), ngx_string("emails.value"), 1, 0, 3 },
    { ngx_null_string, ngx_null_string, 0, 0, 0 }
};


char *
ngx_http_scim_access_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    char                         *wrong;
    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_array_t                 **lines;
    ngx_http_scim_main_conf_t    *mcf;
    ngx_http_scim_access_line_t  *line;

    lines = (ngx_array_t **) (p + cmd->offset);
    value = cf->args->elts;

    if (cf->args->nelts == 2 && cmd->post == NULL
        && ngx_strcmp(value[1].data, "off") == 0)
    {
        return ngx_http_scim_access_off(cf, lines);
    }

    if (*lines == NULL) {
        return "is off here, and can't say more";
    }

    if (*lines == NGX_CONF_UNSET_PTR) {
        *lines = ngx_array_create(cf->pool, 2,
                                  sizeof(ngx_http_scim_access_line_t));
        if (*lines == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    line = ngx_array_push(*lines);
    if (line == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(line, sizeof(ngx_http_scim_access_line_t));
    line->file = cf->conf_file->file.name;
    line->number = cf->conf_file->line;

    if (ngx_array_init(&line->conditions, cf->pool, 2,
                       sizeof(ngx_http_scim_condition_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_scim_access_parameter(cf, line, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    wrong = ngx_http_scim_access_complete(line);
    if (wrong) {
        return wrong;
    }

    if (line->upstream && cmd->post) {
        return "asks nobody else, so there is no $upstream_ variable";
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scim_module);
    ngx_http_scim_place(cf, cmd, &mcf->used);

    return NGX_CONF_OK;
}


static char *
ngx_http_scim_access_off(ngx_conf_t *cf, ngx_array_t **lines)
{
    if (*lines != NGX_CONF_UNSET_PTR) {
        return "can't be off where it says something else";
    }

    *lines = NULL;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_scim_access_parameter(ngx_conf_t *cf,
    ngx_http_scim_access_line_t *line, ngx_str_t *arg)
{
    char                             *wrong;
    size_t                            len;
    ngx_str_t                         value;
    const ngx_http_scim_parameter_t  *p;

    for (p = ngx_http_scim_parameters; p->name.len; p++) {
        len = p->name.len;

        if (arg->len <= len || arg->data[len] != '='
            || ngx_strncmp(arg->data, p->name.data, len) != 0)
        {
            continue;
        }

        value.len = arg->len - len - 1;
        value.data = arg->data + len + 1;

        wrong = value.len ? p->set(cf, line, &value, p->kind)
                          : "must have a value";

        if (wrong == NULL) {
            return NGX_OK;
        }

        if (wrong != NGX_CONF_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "parameter \"%V\" %s",
                               arg, wrong);
        }

        return NGX_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\": expected tenant=, user=, "
                       "by=, group=, role=, permission= or namespace=", arg);

    return NGX_ERROR;
}


/* NULL: the line says all that it must */

static char *
ngx_http_scim_access_complete(ngx_http_scim_access_line_t *line)
{
    ngx_uint_t                  i, scoped;
    ngx_http_scim_condition_t  *condition;

    if (line->tenant == NULL) {
        return "needs a tenant=";
    }

    if (line->user == NULL) {
        return "needs a user=";
    }

    if (line->by == NULL) {
        line->by = ngx_http_scim_bys;
    }

    scoped = 0;
    condition = line->conditions.elts;

    for (i = 0; i < line->conditions.nelts; i++) {
        scoped |= (condition[i].kind != NGX_HTTP_SCIM_CONDITION_GROUP);
    }

    if (line->namespace && !scoped) {
        return "has a namespace= without a role= or a permission=";
    }

    return NULL;
}


static char *
ngx_http_scim_set_tenant(ngx_conf_t *cf, ngx_http_scim_access_line_t *line,
    ngx_str_t *value, ngx_uint_t kind)
{
    if (line->tenant) {
        return "is duplicate";
    }

    if (ngx_http_script_variables_count(value) == 0
        && !ngx_http_scim_is_name(value))
    {
        return "can't name a tenant";
    }

    line->tenant = ngx_http_scim_compile(cf, value);

    return line->tenant ? NULL : NGX_CONF_ERROR;
}


static char *
ngx_http_scim_set_user(ngx_conf_t *cf, ngx_http_scim_access_line_t *line,
    ngx_str_t *value, ngx_uint_t kind)
{
    if (line->user) {
        return "is duplicate";
    }

    if (ngx_http_script_variables_count(value) == 0) {
        return "has no variable, so that all requests would be one person's";
    }

    line->user = ngx_http_scim_compile(cf, value);
    line->upstream = ngx_http_scim_has_variable(value, "upstream_");
    line->remote_user = ngx_http_scim_has_variable(value, "remote_user");

    return line->user ? NULL : NGX_CONF_ERROR;
}


static char *
ngx_http_scim_set_by(ngx_conf_t *cf, ngx_http_scim_access_line_t *line,
    ngx_str_t *value, ngx_uint_t kind)
{
    const ngx_http_scim_by_t  *by;

    if (line->by) {
        return "is duplicate";
    }

    for (by = ngx_http_scim_bys; by->name.len; by++) {
        if (by->name.len == value->len
            && ngx_strncmp(by->name.data, value->data, value->len) == 0)
        {
            line->by = by;
            return NULL;
        }
    }

    return "is none of userName, id, externalId and email";
}


static char *
ngx_http_scim_set_namespace(ngx_conf_t *cf, ngx_http_scim_access_line_t *line,
    ngx_str_t *value, ngx_uint_t kind)
{
    if (line->namespace) {
        return "is duplicate";
    }

    if (ngx_http_script_variables_count(value) == 0
        && !ngx_http_scim_is_namespace(value))
    {
        return "can't be a namespace";
    }

    line->namespace = ngx_http_scim_compile(cf, value);

    return line->namespace ? NULL : NGX_CONF_ERROR;
}


static char *
ngx_http_scim_set_condition(ngx_conf_t *cf, ngx_http_scim_access_line_t *line,
    ngx_str_t *value, ngx_uint_t kind)
{
    ngx_http_complex_value_t   *compiled;
    ngx_http_scim_condition_t  *condition;

    condition = ngx_array_push(&line->conditions);
    compiled = ngx_http_scim_compile(cf, value);

    if (condition == NULL || compiled == NULL) {
        return NGX_CONF_ERROR;
    }

    condition->kind = (ngx_http_scim_condition_e) kind;
    condition->value = *compiled;
    ngx_str_null(&condition->constant);

    if (compiled->lengths) {
        return NULL;
    }

    if (ngx_http_scim_condition_prepare(cf->pool, condition->kind, value,
                                        &condition->constant)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (condition->constant.data) {
        return NULL;
    }

    return kind == NGX_HTTP_SCIM_CONDITION_PERMISSION
           ? "is never true: expected RESOURCE:ACTION, in upper case"
           : "is never true: nothing can have this name";
}


static ngx_http_complex_value_t *
ngx_http_scim_compile(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_http_complex_value_t          *complex;
    ngx_http_compile_complex_value_t   ccv;

    complex = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (complex == NULL) {
        return NULL;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = value;
    ccv.complex_value = complex;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? complex : NULL;
}


/* whether the value has a variable whose name begins so */

static ngx_uint_t
ngx_http_scim_has_variable(ngx_str_t *value, const char *name)
{
    u_char  *p, *last;
    size_t   len;

    len = ngx_strlen(name);
    last = value->data + value->len;

    for (p = value->data; p < last; p++) {

        if (*p != '$') {
            continue;
        }

        p += (p + 1 < last && p[1] == '{') ? 2 : 1;

        if ((size_t) (last - p) >= len && ngx_strncmp(p, name, len) == 0) {
            return 1;
        }
    }

    return 0;
}


char *
ngx_http_scim_access_merge(ngx_conf_t *cf, ngx_array_t **conf,
    ngx_array_t *prev)
{
    ngx_uint_t                    i;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_scim_access_line_t  *line;

    ngx_conf_merge_ptr_value(*conf, prev, NULL);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (*conf == NULL || clcf->satisfy != NGX_HTTP_SATISFY_ANY) {
        return NGX_CONF_OK;
    }

    /*
     * $remote_user is what the client says, until auth_basic has looked at the
     * password; with "satisfy any" its refusal would not matter.
     */

    line = (*conf)->elts;

    for (i = 0; i < (*conf)->nelts; i++) {
        if (line[i].remote_user) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"scim_access\" would believe any $remote_user, "
                          "with any password, under \"satisfy any\" "
                          "in %V:%ui", &line[i].file, line[i].number);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}
