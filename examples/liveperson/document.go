package liveperson

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// The settings for the parameters of queries and the members of bodies. An empty parameter of a
// query counts as missing.
var (
	queryReading = openapi.Reading{Profile: validate.Documented, EmptyIsAbsent: true}
	bodyReading  = openapi.Reading{Profile: validate.Documented}
)

// content describes a kind of body. rows are the members of the objects in the body.
type content struct {
	rows   []vendorhttp.Parameter
	schema *openapi.Schema
}

func contentOf(rows []vendorhttp.Parameter) *content {
	return &content{rows, bodyReading.Object(rows, false)}
}

// The bodies that the API accepts.
var (
	userContent   = contentOf(userRows)
	usersContent  = &content{userRows, oneOrMany(userContent.schema)}
	changeContent = contentOf(changePasswordRows)
	resetContent  = contentOf(resetPasswordRows)
	loginContent  = &content{schema: openapi.Any(contentOf(passwordLoginRows).schema, contentOf(keyLoginRows).schema)}
	idsContent    = &content{schema: openapi.List(&openapi.Schema{Type: []string{"integer", "string"}, Pattern: "^[0-9]+$"})}
)

// The replies of the API.
var (
	servicesSchema = openapi.Object(openapi.Member{Name: "baseURIs", Schema: openapi.List(serviceSchema)})
	serviceSchema  = openapi.Of[serviceURI]()
	sessionSchema  = openapi.Of[loginReply]()
	nothingSchema  = openapi.Object()
	publicSchema   = openapi.Object(openapi.Member{Name: "employeeId", Schema: openapi.Text()}, openapi.Member{Name: "nickname", Schema: openapi.Text()},
		openapi.Member{Name: "fullName", Schema: openapi.Text()})
	userSchema = openapi.Ref("User")
)

func oneOrMany(s *openapi.Schema) *openapi.Schema { return openapi.Any(s, openapi.List(s)) }

// schema returns the OpenAPI schema of the value that the field has in a reply. A date, a single
// group and maxAsyncChats can be null.
func (f *field) schema() *openapi.Schema {
	date := openapi.OrNull(openapi.Matching(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`))
	group := openapi.Object(openapi.Member{Name: "agentGroupId", Schema: openapi.Integer(), Optional: true},
		openapi.Member{Name: "assignmentDate", Schema: date, Optional: true})
	switch f.kind {
	case vendorhttp.TypeInteger:
		if f.name == "maxAsyncChats" {
			return openapi.OrNull(openapi.Integer()) // null means the value of the account
		}
		return openapi.Integer()
	case vendorhttp.TypeBoolean:
		return openapi.Boolean()
	case vendorhttp.TypeIntegers:
		return openapi.List(openapi.Integer())
	case vendorhttp.TypeObject:
		return openapi.OrNull(group)
	case vendorhttp.TypeObjects:
		return openapi.List(group)
	}
	if f.readOnly {
		return date
	}
	return openapi.Text()
}

// Document returns the OpenAPI document of this API: every route and method with its parameters,
// body and replies. opts are the options of the handler.
func Document(opts Options) *openapi.Document {
	d := openapi.New("LivePerson: users", "6.0", "A POST with the header X-HTTP-Method-Override is a PUT or a DELETE.")
	d.Secure("bearer", openapi.SecurityScheme{Type: "http", Scheme: "bearer", Description: "A token of the login, or a key."})
	d.Define(openapi.ErrorSchema, openapi.Of[refusal]())
	members := make([]openapi.Member, len(fields))
	for i := range fields {
		members[i] = openapi.Member{Name: fields[i].name, Schema: fields[i].schema(), Optional: true} // the parameter select may leave out fields
	}
	d.Define("User", openapi.Object(members...))
	for _, r := range routes {
		for method, e := range r.methods {
			d.Add(method, Prefix+"{accountId}/"+r.path, r.operation(method, e, opts))
		}
	}
	return d
}

// operation returns the OpenAPI operation for the method of the route: its parameters, body and
// replies. e is the endpoint of the method. If the route needs a token, the operation has the
// header If-Match and, for GET, the reply 304. If the route needs no token, the operation is marked
// as open. The login has a form of its own for refusals.
func (r *route) operation(method string, e *endpoint, opts Options) *openapi.Operation {
	o := &openapi.Operation{ID: operationID(method, r.path), Summary: e.about, Parameters: queryReading.Query(e.query, r == userRoute && opts.PublicProfiles)}
	for _, part := range strings.Split("{accountId}/"+r.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			o.Parameters = append(o.Parameters, openapi.Parameter{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: openapi.Text()})
		}
	}
	if e.takes != nil {
		o.RequestBody = &openapi.RequestBody{Required: true, Content: openapi.Content(vendorhttp.JSON, e.takes.schema)}
	}
	status := "200"
	if r == usersRoute && method == http.MethodPost {
		status = "201"
	}
	o.Responses = openapi.Replies(status, "It was done.", contentType[0], e.answers)
	if r == loginRoute {
		o.Responses["default"] = openapi.Response{Description: "A refusal.", Content: openapi.Body(contentType[0], openapi.Of[loginRefusal]())}
	}
	if r.open {
		o.Security = openapi.Open
		return o
	}
	o.Parameters = append(o.Parameters, openapi.Parameter{
		Name: "If-Match", In: "header", Description: "The revision that the caller knows, -1 or *.", Schema: openapi.Text(),
	})
	if method == http.MethodGet {
		o.Responses["304"] = openapi.Response{Description: "Nothing has changed since the revision in If-Match."}
	}
	return o
}

// operationID returns the id of an operation in the OpenAPI document: the method and the path, with
// underscores.
func operationID(method, path string) string {
	return strings.ToLower(method) + "_" + strings.NewReplacer("/", "_", "{", "", "}", "", ".json", "").Replace(strings.TrimPrefix(path, "configuration/le-users/"))
}
