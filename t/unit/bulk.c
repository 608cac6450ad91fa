/*
 * Bulk (CONFORMANCE 132-142): which operations start when, what they see, and
 * the response.
 *
 * A trace is one word for each step: "0P" operation 0 starts as a POST, PUT
 * (U), PATCH (A) or DELETE (D), "." all that run end, "!" they fail.
 */

#include <stdio.h>

#include "unit.h"


#define BULK  "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

#define OPS(list)  "{'schemas':['" BULK "'],'Operations':[" list "]}"

#define POST(type, id, data)                                                  \
    "{'method':'POST','path':'/" type "','bulkId':'" id "','data':" data "}"
#define PATCH(path, value)                                                    \
    "{'method':'PATCH','path':'" path "','data':{'Operations':[" value "]}}"
#define DELETE(path)  "{'method':'DELETE','path':'" path "'}"

#define MEMBER(id)    "{'members':[{'value':'bulkId:" id "'}]}"


typedef struct {
    char      trace[4096];
    json_t   *seen;            /* data by "number method" */
    json_t   *response;
} unit_bulk_run_t;


static void
unit_bulk_trace(unit_bulk_run_t *run, const char *word)
{
    size_t  n;

    n = strlen(run->trace);

    if (n + strlen(word) + 2 < sizeof(run->trace)) {
        (void) snprintf(run->trace + n, sizeof(run->trace) - n, "%s%s",
                        n ? " " : "", word);
    }
}


static void
unit_bulk_saw(unit_bulk_run_t *run, size_t number,
    const scim_bulk_operation_t *operation)
{
    char    key[64];
    json_t  *seen;

    (void) snprintf(key, sizeof(key), "%zu%c", number,
                    "PUAD"[operation->method]);
    unit_bulk_trace(run, key);

    seen = json_pack("{s:s,s:s*,s:s*,s:O*}", "type", operation->type_name,
                     "id", operation->id, "version", operation->version,
                     "data", operation->data);
    json_object_set_new(run->seen, key, seen);
}


/* What is told of each operation is what the response has, in its order. */
static void
unit_bulk_tell(const scim_bulk_t *bulk, const json_t *response)
{
    int                     status;
    char                    text[16];
    size_t                  i, n;
    json_t                 *operations, *operation;
    const char             *sent;
    scim_bulk_operation_t   told;

    static const char *const  methods[] = { "POST", "PUT", "PATCH", "DELETE" };

    n = 0;
    operations = json_object_get(response, "Operations");

    for (i = 0; (status = scim_bulk_status(bulk, i, &told)) >= 0; i++) {
        if (status == 0) {
            continue;
        }

        operation = json_array_get(operations, n++);
        sent = json_string_value(json_object_get(operation, "status"));
        (void) snprintf(text, sizeof(text), "%d", status);
        unit_check(sent != NULL && strcmp(sent, text) == 0, "status", text);

        if (told.type_name != NULL) {
            sent = json_string_value(json_object_get(operation, "method"));
            unit_check(sent != NULL && strcmp(sent, methods[told.method]) == 0,
                       "method", sent);
        }
    }

    unit_check(n == json_array_size(operations), "results", "and no others");
}


/*
 * Runs it all: those that may start start, and then all end. failing: the
 * numbers that fail, with spaces around each.
 */
static void
unit_bulk_go(scim_bulk_t *bulk, const char *failing, unit_bulk_run_t *run)
{
    int                     fails, created;
    char                    id[32], number[32];
    size_t                  i, running[64];
    ssize_t                 n;
    scim_bulk_operation_t   operation;

    memset(run->trace, 0, sizeof(run->trace));
    run->seen = json_object();

    for ( ;; ) {
        for (i = 0; (n = scim_bulk_next(bulk, &operation)) >= 0; i++) {
            unit_bulk_saw(run, (size_t) n, &operation);
            running[i] = (size_t) n * 2
                         + (operation.method == SCIM_BULK_POST);
        }

        if (n == SCIM_BULK_DONE) {
            break;
        }

        if (i == 0) {
            unit_bulk_trace(run, "stuck");
            break;
        }

        unit_bulk_trace(run, ".");

        while (i-- > 0) {
            created = running[i] % 2;
            n = (ssize_t) (running[i] / 2);

            (void) snprintf(number, sizeof(number), " %zd%s ", n,
                            created ? "P" : "");
            (void) snprintf(id, sizeof(id), "id%zd", n);
            fails = strstr(failing, number) != NULL;

            scim_bulk_done(bulk, (size_t) n,
                           fails ? 412 : created ? 201 : 200,
                           created && !fails ? id : NULL, NULL, "W/\"7\"",
                           NULL);
        }
    }

    run->response = scim_bulk_response(bulk, "https://x/v2");
    unit_bulk_tell(bulk, run->response);
}


static void
unit_bulk_drop(unit_bulk_run_t *run)
{
    json_decref(run->seen);
    json_decref(run->response);
}


/* "201 204 409": the statuses in the response */
static void
unit_bulk_statuses(const unit_bulk_run_t *run, char *text, size_t size)
{
    size_t   i;
    json_t  *list, *operation;

    list = json_object_get(run->response, "Operations");
    text[0] = '\0';

    json_array_foreach(list, i, operation) {
        (void) snprintf(text + strlen(text), size - strlen(text), "%s%s",
                        i ? " " : "",
                        json_string_value(json_object_get(operation,
                                                          "status")));
    }
}


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *message;
    const char           *failing;
    const char           *trace;
    const char           *statuses;
} unit_bulk_case_t;


static void
unit_bulk_check(const unit_bulk_case_t *test)
{
    char              statuses[1024], seen[6144];
    json_t           *message;
    scim_bulk_t      *bulk;
    scim_error_t      err;
    unit_bulk_run_t   run;

    message = unit_json(test->message);
    bulk = scim_bulk_parse(test->policy, message, 0, &err);
    json_decref(message);

    if (bulk == NULL) {
        unit_check(0, test->name, err.detail);
        return;
    }

    unit_bulk_go(bulk, test->failing, &run);
    unit_bulk_statuses(&run, statuses, sizeof(statuses));

    (void) snprintf(seen, sizeof(seen), "\"%s\", %s", run.trace, statuses);
    unit_check(strcmp(run.trace, test->trace) == 0
               && strcmp(statuses, test->statuses) == 0, test->name, seen);

    unit_bulk_drop(&run);
    scim_bulk_free(bulk);
}


static const unit_bulk_case_t  unit_bulk_order[] = {
    { "#135 POSTs run side by side", &unit_strict,
      OPS(POST("Users", "a", "{}") "," POST("Users", "b", "{}") ","
          POST("Groups", "c", "{}")), "", "0P 1P 2P .", "201 201 201" },

    { "#137 DELETE bob, POST bob", &unit_strict,
      OPS(DELETE("/Users/bob") "," POST("Users", "b", "{}")), "",
      "0D . 1P .", "200 201" },

    { "#137 one resource, one after the other", &unit_strict,
      OPS(PATCH("/Groups/g", "") "," PATCH("/Groups/h", "") ","
          PATCH("/Groups/g", "") "," PATCH("/Users/g", "")), "",
      "0A 1A 3A . 2A .", "200 200 200 200" },

    { "#135 a reference to an earlier POST", &unit_strict,
      OPS(POST("Users", "a", "{}") "," POST("Groups", "g", MEMBER("a"))
          "," POST("Users", "c", "{}")), "",
      "0P 2P . 1P .", "201 201 201" },

    { "#135 #137 a reference to a later POST", &unit_strict,
      OPS(POST("Groups", "g", MEMBER("a")) "," POST("Users", "a", "{}")), "",
      "1P . 0P .", "201 201" },

    { "#135 #137 a PATCH that waits for a later POST", &unit_strict,
      OPS(PATCH("/Groups/g", "{'value':" MEMBER("a") "}") ","
          PATCH("/Groups/g", "") "," PATCH("/Groups/h", "") ","
          POST("Users", "b", "{}") "," POST("Users", "a", "{}") ","
          DELETE("/Users/x")), "",
      "2A . 3P 4P . 0A . 1A . 5D .", "200 200 200 201 201 200" },

    { "#135 a chain in the wrong order", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
          MEMBER("c")) "," POST("Groups", "c", "{}")), "",
      "2P . 1P . 0P .", "201 201 201" },

    { "#135 a path with a bulkId", &unit_strict,
      OPS(PATCH("/Groups/bulkId:g", "") "," POST("Groups", "g", "{}") ","
          DELETE("/Groups/bulkId:g")), "",
      "1P . 0A . 2D .", "200 201 200" },

    { "#134 errors stop nothing", &unit_strict,
      OPS(POST("Users", "a", "{}") "," POST("Users", "b", "{}") ","
          DELETE("/Users/x") "," DELETE("/Users/y")), " 0P 2 ",
      "0P 1P . 2D 3D .", "412 201 412 200" },

    { "#134 failOnErrors: one after the other", &unit_strict,
      "{'schemas':['" BULK "'],'failOnErrors':2,'Operations':["
      POST("Users", "a", "{}") "," POST("Users", "b", "{}") ","
      POST("Users", "c", "{}") "," POST("Users", "d", "{}") "]}", " 0P 2P ",
      "0P . 1P . 2P .", "412 201 412" },

    { "#134 failOnErrors: faults count in their turn", &unit_strict,
      "{'schemas':['" BULK "'],'failOnErrors':1,'Operations':["
      POST("Users", "a", "{}") "," DELETE("/Bulk") ","
      POST("Users", "c", "{}") "]}", "", "0P .", "201 400" },

    { "#134 failOnErrors: a fault at the begin", &unit_strict,
      "{'schemas':['" BULK "'],'failOnErrors':1,'Operations':["
      DELETE("/Bulk") "," POST("Users", "c", "{}") "]}", "", "", "400" },

    { "failOnErrors 0 in the lenient profile", &unit_lenient,
      "{'failOnErrors':0,'Operations':[" POST("Users", "a", "{}") ","
      POST("Users", "b", "{}") "]}", "", "0P 1P .", "201 201" },

    { "#140 a reference to nothing", &unit_strict,
      OPS(POST("Groups", "g", MEMBER("z")) "," POST("Users", "a", "{}")),
      "", "1P .", "409 201" },

    { "#140 references to what failed, in data and path", &unit_strict,
      OPS(POST("Users", "a", "{}") "," POST("Groups", "g", MEMBER("a")) ","
          POST("Groups", "h", MEMBER("g")) ","
          PATCH("/Groups/bulkId:g", "") "," DELETE("/Users/x")), " 0P ",
      "0P . 4D .", "412 409 409 409 200" },

    { "#140 a path with an unknown bulkId", &unit_strict,
      OPS(DELETE("/Users/bulkId:z") "," DELETE("/Users/y")), "",
      "1D .", "409 200" },

    { "#140 a PATCH path with an unknown bulkId", &unit_strict,
      OPS(PATCH("/Groups/g",
                "{'op':'remove','path':'members[value eq `bulkId:z`]'}")),
      "", "", "409" },

    { "#136 two in a circle", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
          MEMBER("a"))), "", "1P . 0P . 1U .", "201 201" },

    { "#136 one in a circle with itself", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("a"))), "", "0P . 0U .", "201" },

    { "#136 three in a circle, and others around it", &unit_strict,
      OPS(POST("Groups", "o", MEMBER("a")) "," POST("Groups", "a",
          MEMBER("b")) "," POST("Groups", "b", MEMBER("c")) ","
          POST("Groups", "c", MEMBER("a")) "," PATCH("/Groups/bulkId:c", "")),
      "", "3P . 2P . 1P . 0P 3U . 4A .", "201 201 201 201 200" },

    { "#136 two circles through one", &unit_strict,
      OPS(POST("Groups", "a", "{'members':[{'value':'bulkId:b'},"
          "{'value':'bulkId:c'}]}") "," POST("Groups", "b", MEMBER("a")) ","
          POST("Groups", "c", MEMBER("a"))), "",
      "1P 2P . 0P . 1U 2U .", "201 201 201" },

    { "#136 a circle over two runs", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," DELETE("/Users/x") ","
          POST("Groups", "b", MEMBER("a"))), "",
      "1D . 2P . 0P . 2U .", "201 200 201" },

    { "#136 one of a circle fails", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
          MEMBER("a"))), " 0P ", "1P . 0P .", "412 409" },

    { "#136 the first of a circle fails", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
          MEMBER("a"))), " 1P ", "1P .", "409 412" },

    { "#136 the PUT of a circle fails", &unit_strict,
      OPS(POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
          MEMBER("a"))), " 1 ", "1P . 0P . 1U .", "201 409" },

    { "#136 failOnErrors within a circle", &unit_strict,
      "{'schemas':['" BULK "'],'failOnErrors':1,'Operations':["
      POST("Groups", "a", MEMBER("b")) "," POST("Groups", "b",
      MEMBER("a")) "]}", " 0P ", "1P . 0P .", "412 409" },

    { "#136 a circle that refers to nothing besides", &unit_strict,
      OPS(POST("Groups", "a", "{'members':[{'value':'bulkId:a'},"
          "{'value':'bulkId:z'}]}")), "", "", "409" }
};


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *operation;
    const char           *expected;      /* status and scimType, or "" */
} unit_bulk_fault_t;


static const unit_bulk_fault_t  unit_bulk_faults[] = {
    { "#132 no object", &unit_lenient, "1", "400 invalidSyntax" },
    { "#132 an unknown method", &unit_lenient,
      "{'method':'GET','path':'/Users/1'}", "400 invalidValue" },
    { "#132 no method", &unit_lenient, "{'path':'/Users'}",
      "400 invalidValue" },
    { "#132 method in lower case", &unit_lenient,
      "{'method':'delete','path':'/Users/1'}", "" },
    { "#132 method in lower case, strict", &unit_strict,
      "{'method':'delete','path':'/Users/1'}", "400 invalidValue" },
    { "#132 POST without bulkId", &unit_lenient,
      "{'method':'POST','path':'/Users','data':{}}", "" },
    { "#132 POST without bulkId, strict", &unit_strict,
      "{'method':'POST','path':'/Users','data':{}}", "400 invalidValue" },
    { "#132 bulkId is no string", &unit_lenient,
      "{'method':'POST','path':'/Users','data':{},'bulkId':1}",
      "400 invalidValue" },
    { "#132 bulkId is empty", &unit_lenient,
      "{'method':'POST','path':'/Users','data':{},'bulkId':''}",
      "400 invalidValue" },
    { "#132 POST without data", &unit_lenient,
      "{'method':'POST','path':'/Users','bulkId':'x'}", "400 invalidValue" },
    { "#132 PUT whose data is an array", &unit_lenient,
      "{'method':'PUT','path':'/Users/1','data':[]}", "400 invalidValue" },
    { "#142 PATCH whose data are operations", &unit_lenient,
      "{'method':'PATCH','path':'/Users/1','data':[{'op':'add'}]}", "" },
    { "#142 PATCH whose data are operations, strict", &unit_strict,
      "{'method':'PATCH','path':'/Users/1','data':[{'op':'add'}]}",
      "400 invalidValue" },
    { "#132 no path", &unit_lenient, "{'method':'DELETE'}",
      "400 invalidPath" },
    { "#132 POST to a resource", &unit_lenient,
      "{'method':'POST','path':'/Users/1','bulkId':'x','data':{}}",
      "400 invalidPath" },
    { "#132 DELETE of an endpoint", &unit_lenient,
      "{'method':'DELETE','path':'/Users/'}", "400 invalidPath" },
    { "#141 nested", &unit_lenient,
      "{'method':'POST','path':'/Bulk','bulkId':'x','data':{}}",
      "400 invalidPath" },
    { "#132 an unknown endpoint", &unit_lenient,
      "{'method':'DELETE','path':'/Usersx/1'}", "400 invalidPath" },
    { "#132 a search", &unit_lenient,
      "{'method':'PUT','path':'/Users/.search','data':{}}",
      "400 invalidPath" },
    { "#132 a query in the path", &unit_lenient,
      "{'method':'DELETE','path':'/Users/1?x=y'}", "400 invalidPath" },
    { "#132 below a resource", &unit_lenient,
      "{'method':'DELETE','path':'/Users/1/emails'}", "400 invalidPath" },
    { "#206 slashes", &unit_strict,
      "{'method':'DELETE','path':'//Users//1/'}", "" },
    { "a path without its slash", &unit_lenient,
      "{'method':'DELETE','path':'Users/1'}", "" },
    { "#139 version is no string", &unit_lenient,
      "{'method':'DELETE','path':'/Users/1','version':1}",
      "400 invalidValue" },
    { "null is absent", &unit_lenient,
      "{'method':'DELETE','path':'/Users/1','version':null,'bulkId':null}",
      "" }
};


static void
unit_bulk_fault(const unit_bulk_fault_t *test)
{
    char              text[1024], seen[256];
    json_t           *message, *response;
    const char       *type;
    scim_bulk_t      *bulk;
    scim_error_t      err;
    unit_bulk_run_t   run;

    (void) snprintf(text, sizeof(text), OPS("%s"), test->operation);
    message = unit_json(text);
    bulk = scim_bulk_parse(test->policy, message, 0, &err);
    json_decref(message);

    if (bulk == NULL) {
        unit_check(0, test->name, err.detail);
        return;
    }

    unit_bulk_go(bulk, "", &run);

    response = json_object_get(json_array_get(
                   json_object_get(run.response, "Operations"), 0),
                   "response");
    type = json_string_value(json_object_get(response, "scimType"));

    seen[0] = '\0';

    if (response != NULL) {
        (void) snprintf(seen, sizeof(seen), "%s %s",
                        json_string_value(json_object_get(response,
                                                          "status")),
                        type ? type : "");
    }

    unit_check(strcmp(seen, test->expected) == 0
               && (run.trace[0] == '\0') == (response != NULL), test->name,
               seen);

    unit_bulk_drop(&run);
    scim_bulk_free(bulk);
}


static void
unit_bulk_refused(const char *name, const scim_policy_t *policy,
    const char *text, size_t max, const char *expected)
{
    json_t        *message;
    scim_bulk_t   *bulk;
    scim_error_t   err;

    message = unit_json(text);
    bulk = scim_bulk_parse(policy, message, max, &err);
    unit_check(bulk == NULL && strcmp(unit_error(&err), expected) == 0, name,
               bulk ? "accepted" : unit_error(&err));

    scim_bulk_free(bulk);
    json_decref(message);
}


static void
unit_bulk_messages(void)
{
    json_t        *message;
    scim_bulk_t   *bulk;
    scim_error_t   err;

    unit_bulk_refused("#132 no object", &unit_lenient, "[]", 0,
                      "400 invalidSyntax");
    unit_bulk_refused("#132 no schemas, strict", &unit_strict,
                      "{'Operations':[{}]}", 0, "400 invalidSyntax");
    unit_bulk_refused("#132 other schemas", &unit_lenient,
                      "{'schemas':['x'],'Operations':[{}]}", 0,
                      "400 invalidSyntax");
    unit_bulk_refused("#132 no operations", &unit_lenient,
                      "{'Operations':[]}", 0, "400 invalidValue");
    unit_bulk_refused("#132 operations are no array", &unit_lenient,
                      "{'Operations':{'a':1}}", 0, "400 invalidValue");
    unit_bulk_refused("#134 failOnErrors is no integer", &unit_lenient,
                      "{'failOnErrors':'1','Operations':[1]}", 0,
                      "400 invalidValue");
    unit_bulk_refused("#134 failOnErrors 0, strict", &unit_strict,
                      "{'schemas':['" BULK "'],'failOnErrors':0,"
                      "'Operations':[1]}", 0, "400 invalidValue");
    unit_bulk_refused("#134 failOnErrors below 0", &unit_lenient,
                      "{'failOnErrors':-1,'Operations':[1]}", 0,
                      "400 invalidValue");
    unit_bulk_refused("#138 more than maxOperations", &unit_lenient,
                      "{'Operations':[1,2,3]}", 2, "413");

    message = unit_json("{'Operations':[1,2,3]}");
    (void) scim_bulk_parse(&unit_lenient, message, 2, &err);
    unit_check(strstr(err.detail, "2") != NULL, "#138 the limit is named",
               err.detail);
    bulk = scim_bulk_parse(&unit_lenient, message, 3, &err);
    unit_ok(bulk != NULL, "#138 just maxOperations");
    scim_bulk_free(bulk);
    json_decref(message);
}


/* What operation key ("0P") is given in message. */
static void
unit_bulk_seen(const char *name, const char *text, const char *key,
    const char *expected)
{
    json_t           *message;
    scim_bulk_t      *bulk;
    scim_error_t      err;
    unit_bulk_run_t   run;

    message = unit_json(text);
    bulk = scim_bulk_parse(&unit_lenient, message, 0, &err);
    json_decref(message);

    unit_bulk_go(bulk, "", &run);
    memset(&err, 0, sizeof(err));
    unit_expect(name, expected, json_object_get(run.seen, key), &err);

    unit_bulk_drop(&run);
    scim_bulk_free(bulk);
}


static void
unit_bulk_data(void)
{
    static const char  extension[] = OPS(POST("Users", "m", "{}") ","
        POST("Users", "u", "{'userName':'u','" ENTERPRISE "':{'manager':"
             "{'value':'bulkId:m','$ref':'../Users/bulkId:m'}}}"));

    static const char  filter[] = OPS(POST("Users", "a", "{}") ","
        POST("Users", "b", "{}") "," PATCH("/Groups/g",
        "{'op':'remove','path':'members[value eq `bulkId:a` or value eq "
        "`bulkId:b` or (value eq bulkId:a)]'},{'op':'add','value':"
        "{'externalId':'bulkId:b'}}"));

    static const char  circle[] = OPS(POST("Users", "a", "{'userName':'a','"
        ENTERPRISE "':{'department':'d','manager':{'value':'bulkId:b',"
        "'displayName':'B'},'urn:x':'bulkId:b'},'nickName':'bulkId:b',"
        "'roles':['bulkId:b','r'],'photos':[{'type':'p','value':"
        "'/x/bulkId:b/y'},{'value':'z'}],'title':'a bulkId:b and "
        "/bulkId:none'}") "," POST("Users", "b", "{'nickName':'bulkId:a'}"));

    unit_bulk_seen("#135 in an extension", extension, "1P",
                   "{'type':'User','data':{'userName':'u','" ENTERPRISE
                   "':{'manager':{'value':'id0','$ref':'../Users/id0'}}}}");
    unit_bulk_seen("#135 in the filter of a PATCH", filter, "2A",
                   "{'type':'Group','id':'g','data':{'Operations':[{'op':"
                   "'remove','path':'members[value eq `id0` or value eq "
                   "`id1` or (value eq id0)]'},{'op':'add','value':"
                   "{'externalId':'id1'}}]}}");
    unit_bulk_seen("#136 first without", circle, "1P",
                   "{'type':'User','data':{}}");
    unit_bulk_seen("#136 then with it", circle, "1U",
                   "{'type':'User','id':'id1','data':{'nickName':'id0'}}");
    unit_bulk_seen("#135 everywhere", circle, "0P",
                   "{'type':'User','data':{'userName':'a','" ENTERPRISE
                   "':{'department':'d','manager':{'value':'id1',"
                   "'displayName':'B'},'urn:x':'id1'},'nickName':'id1',"
                   "'roles':['id1','r'],'photos':[{'type':'p','value':"
                   "'/x/id1/y'},{'value':'z'}],'title':'a bulkId:b and "
                   "/bulkId:none'}}");
    unit_bulk_seen("#136 whole values are left out",
                   OPS(POST("Users", "b", "{'nickName':'bulkId:a'}") ","
                   POST("Users", "a", "{'userName':'a','" ENTERPRISE
                   "':{'department':'d','manager':{'value':'bulkId:b',"
                   "'displayName':'B'}},'nickName':'bulkId:b','roles':"
                   "['bulkId:b','r'],'photos':[{'type':'p','value':"
                   "'/x/bulkId:b'},{'value':'z'}]}")), "1P",
                   "{'type':'User','data':{'userName':'a','" ENTERPRISE
                   "':{'department':'d'},'roles':['r'],'photos':"
                   "[{'value':'z'}]}}");
    unit_bulk_seen("#139 the version", OPS("{'method':'PUT','path':"
                   "'/Users/1','version':'W/`5`','data':{'a':1}}"), "0U",
                   "{'type':'User','id':'1','version':'W/`5`',"
                   "'data':{'a':1}}");
    unit_bulk_seen("#135 an id out of a path",
                   OPS(POST("Users", "a b/c", "{}") ","
                   DELETE("/Users/bulkId:a b/c/")), "1D",
                   "{'type':'User','id':'id0'}");
    unit_bulk_seen("#142 operations without a message",
                   OPS("{'method':'PATCH','path':'/Users/1','data':"
                   "[{'op':'add'}]}"), "0A", "{'type':'User','id':'1',"
                   "'data':{'Operations':[{'op':'add'}]}}");
}


static void
unit_bulk_answer(void)
{
    json_t                 *message, *response, *error;
    scim_bulk_t            *bulk;
    scim_error_t            err;
    scim_bulk_operation_t   operation;

    memset(&err, 0, sizeof(err));
    scim_fail(&err, 409, SCIM_UNIQUENESS, "taken");
    error = scim_error_message(&err);

    message = unit_json(OPS(POST("Users", "a", "{}") ","
                            POST("Users", "b", "{}") ","
                            DELETE("/Users/3") "," DELETE("/Users/4") ","
                            "{'method':'GET','bulkId':'q'}"));
    bulk = scim_bulk_parse(&unit_strict, message, 0, &err);
    json_decref(message);

    unit_ok(scim_bulk_next(bulk, &operation) == 0
            && scim_bulk_next(bulk, &operation) == 1
            && scim_bulk_next(bulk, &operation) == SCIM_BULK_WAIT,
            "two run");
    scim_bulk_done(bulk, 1, 409, NULL, "https://x/no", NULL, error);
    scim_bulk_done(bulk, 1, 500, NULL, NULL, NULL, json_object());
    scim_bulk_done(bulk, 3, 500, NULL, NULL, NULL, NULL);
    scim_bulk_done(bulk, 99, 500, NULL, NULL, NULL, NULL);
    scim_bulk_done(bulk, 0, 201, "i", "https://y/Users/i", "W/\"1\"",
                   json_object());
    unit_ok(scim_bulk_next(bulk, &operation) == 2
            && scim_bulk_next(bulk, &operation) == 3
            && scim_bulk_next(bulk, &operation) == SCIM_BULK_WAIT,
            "then the other two");
    scim_bulk_done(bulk, 3, 404, NULL, NULL, NULL, NULL);
    scim_bulk_done(bulk, 2, 204, NULL, NULL, NULL, NULL);
    unit_ok(scim_bulk_next(bulk, &operation) == SCIM_BULK_DONE
            && scim_bulk_next(bulk, &operation) == SCIM_BULK_DONE,
            "all are done");

    response = scim_bulk_response(bulk, "https://x");
    unit_expect("#133 the response", "{'schemas':['urn:ietf:params:scim:api:"
        "messages:2.0:BulkResponse'],'Operations':[{'method':'POST',"
        "'bulkId':'a','location':'https://y/Users/i','version':'W/`1`',"
        "'status':'201'},{'method':'POST','bulkId':'b','status':'409',"
        "'response':{'schemas':['urn:ietf:params:scim:api:messages:2.0:"
        "Error'],'status':'409','scimType':'uniqueness','detail':'taken'}},"
        "{'method':'DELETE','location':'https://x/Users/3','status':'204'},"
        "{'method':'DELETE','location':'https://x/Users/4','status':'404',"
        "'response':{'schemas':['urn:ietf:params:scim:api:messages:2.0:"
        "Error'],'status':'404','detail':'the operation failed'}},"
        "{'method':'GET','bulkId':'q','status':'400','response':{'schemas':"
        "['urn:ietf:params:scim:api:messages:2.0:Error'],'status':'400',"
        "'scimType':'invalidValue','detail':'Operations[4].method: expected "
        "POST, PUT, PATCH or DELETE'}}]}", response, &err);
    unit_bulk_tell(bulk, response);
    unit_ok(scim_bulk_status(bulk, 3, &operation) == 404
            && operation.method == SCIM_BULK_DELETE
            && strcmp(operation.type_name, "User") == 0,
            "what an operation was to be");
    unit_ok(scim_bulk_status(bulk, 4, &operation) == 400
            && operation.type_name == NULL, "nobody knows");
    json_decref(response);

    response = scim_bulk_response(bulk, NULL);
    unit_ok(json_object_get(json_array_get(json_object_get(response,
                "Operations"), 2), "location") == NULL,
            "no base, no location");
    json_decref(response);

    scim_bulk_free(bulk);
    scim_bulk_free(NULL);
}


/* #140: the second that has a bulkId is at fault, and the first is meant. */
static void
unit_bulk_twice(void)
{
    json_t           *message;
    scim_bulk_t      *bulk;
    scim_error_t      err;
    unit_bulk_run_t   run;

    message = unit_json(OPS(POST("Users", "a", "{}") ","
                            POST("Users", "a", "{}") ","
                            POST("Groups", "g", MEMBER("a"))));
    bulk = scim_bulk_parse(&unit_strict, message, 0, &err);
    json_decref(message);

    unit_bulk_go(bulk, "", &run);
    unit_check(strcmp(run.trace, "0P . 2P .") == 0, "#140 a bulkId twice",
               run.trace);
    unit_bulk_drop(&run);
    scim_bulk_free(bulk);
}


void
unit_bulk(void)
{
    size_t  i;

    for (i = 0; i < UNIT_COUNT(unit_bulk_order); i++) {
        unit_bulk_check(&unit_bulk_order[i]);
    }

    for (i = 0; i < UNIT_COUNT(unit_bulk_faults); i++) {
        unit_bulk_fault(&unit_bulk_faults[i]);
    }

    unit_bulk_messages();
    unit_bulk_data();
    unit_bulk_answer();
    unit_bulk_twice();
}
