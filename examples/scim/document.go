package scim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// bodyKind is the name of the schema of a request's body.
type bodyKind string

const (
	noBody     bodyKind = ""
	userBody   bodyKind = "UserRequest"
	groupBody  bodyKind = "GroupRequest"
	patchBody  bodyKind = "PatchOp"
	searchBody bodyKind = "SearchRequest"
	bulkBody   bodyKind = "BulkRequest"
)

// replyKind is the name of the schema of a reply. The prefix "new " means that the status is 201.
type replyKind string

const (
	nothing       replyKind = ""
	oneUser       replyKind = "User"
	newUser       replyKind = "new User"
	oneGroup      replyKind = "Group"
	newGroup      replyKind = "new Group"
	listOfUsers   replyKind = "UserList"
	listOfGroups  replyKind = "GroupList"
	listOfBoth    replyKind = "ResourceList"
	bulkAnswer    replyKind = "BulkResponse"
	config        replyKind = "ServiceProviderConfig"
	oneType       replyKind = "ResourceType"
	listOfTypes   replyKind = "ResourceTypeList"
	oneSchema     replyKind = "Schema"
	listOfSchemas replyKind = "SchemaList"
)

// Document returns the OpenAPI document of the SCIM endpoints. The schema of a user contains the
// custom attributes custom of an account. The zero CustomSchema is for an account without custom
// attributes.
func Document(custom user.CustomSchema) *openapi.Document {
	d := openapi.New("SCIM 2.0", "2.0", "RFC 7643, RFC 7644 and RFC 9865. Names of attributes and of members are compared without regard to case. "+
		"Of a request, an attribute that only the server sets is ignored.")
	d.Secure("bearer", openapi.SecurityScheme{Type: "http", Scheme: "bearer"})
	d.Define(openapi.ErrorSchema, openapi.Of[message]())
	c := &call{users: usersOf(custom)}
	c.defineResources(d)
	defineMessages(d)
	for _, r := range routes() {
		for method, e := range r.methods {
			d.Add(method, Base+"/"+r.path, r.operation(method, e))
		}
	}
	return d
}

// defineResources adds to the OpenAPI document d the JSON schemas of the SCIM resources: User,
// Group, ServiceProviderConfig, ResourceType and Schema. It also adds a list of each kind except
// ServiceProviderConfig, and a list of users and groups together. Users and groups have one JSON
// schema for requests and another for replies. Of the call c, only the field users must be set.
func (c *call) defineResources(d *openapi.Document) {
	d.Define(string(oneUser), c.users.replySchema())
	d.Define(string(userBody), c.users.requestSchema())
	d.Define(string(oneGroup), groups.replySchema())
	d.Define(string(groupBody), groups.requestSchema())
	d.Define(string(config), openapi.Like(c.config()))
	resourceType := openapi.Like(c.resourceType(c.users))
	resourceType.Required = slices.DeleteFunc(resourceType.Required, func(name string) bool { return name == "schemaExtensions" })
	d.Define(string(oneType), resourceType)
	described := openapi.Like(c.schema(&schema{}))
	described.Properties["attributes"] = openapi.List(openapi.Of[attribute]())
	d.Define(string(oneSchema), described)
	for list, items := range map[replyKind][]replyKind{
		listOfUsers: {oneUser}, listOfGroups: {oneGroup}, listOfBoth: {oneUser, oneGroup}, listOfTypes: {oneType}, listOfSchemas: {oneSchema},
	} {
		var of []*openapi.Schema
		for _, item := range items {
			of = append(of, openapi.Ref(string(item)))
		}
		d.Define(string(list), openapi.Object(schemasOf(listMessage), optionalNumber("totalResults"), optionalNumber("startIndex"), openapi.Member{Name: "itemsPerPage", Schema: openapi.Integer()},
			openapi.Member{Name: "nextCursor", Schema: openapi.Text(), Optional: true}, openapi.Member{Name: "Resources", Schema: openapi.List(openapi.Any(of...))}))
	}
}

// schemasOf returns the description of the member "schemas" of a message: a list that contains id.
func schemasOf(id string) openapi.Member {
	return openapi.Member{Name: "schemas", Schema: openapi.List(openapi.Words(id))}
}

func optionalNumber(name string) openapi.Member {
	return openapi.Member{Name: name, Schema: openapi.Integer(), Optional: true}
}

func optionalText(name string) openapi.Member {
	return openapi.Member{Name: name, Schema: openapi.Text(), Optional: true}
}

// defineMessages adds to the document d the schemas of the SCIM messages (RFC 7644 section 8.2):
// the bodies of PATCH, search and bulk requests, and the reply to a bulk request.
func defineMessages(d *openapi.Document) {
	any := &openapi.Schema{}
	texts := openapi.List(openapi.Text())
	d.Define(string(patchBody), openapi.Object(schemasOf(patchMessage), openapi.Member{Name: "Operations", Schema: openapi.List(openapi.Object(
		openapi.Member{Name: "op", Schema: openapi.Matching("^([Aa][Dd][Dd]|[Rr][Ee][Mm][Oo][Vv][Ee]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee])$")},
		optionalText("path"), openapi.Member{Name: "value", Schema: any, Optional: true},
	))}))
	d.Define(string(searchBody), openapi.Object(schemasOf(searchMessage), optionalText("filter"), optionalText("sortBy"), optionalText("sortOrder"), optionalText("cursor"),
		optionalNumber("startIndex"), optionalNumber("count"), openapi.Member{Name: "attributes", Schema: texts, Optional: true},
		openapi.Member{Name: "excludedAttributes", Schema: texts, Optional: true}))
	d.Define(string(bulkBody), openapi.Object(schemasOf(bulkMessage), optionalNumber("failOnErrors"), openapi.Member{Name: "Operations", Schema: openapi.List(openapi.Object(
		openapi.Member{Name: "method", Schema: openapi.Text()}, openapi.Member{Name: "path", Schema: openapi.Text()},
		optionalText("bulkId"), optionalText("version"), openapi.Member{Name: "data", Schema: any, Optional: true},
	))}))
	d.Define(string(bulkAnswer), openapi.Object(schemasOf(bulkReply), openapi.Member{Name: "Operations", Schema: openapi.List(openapi.Object(
		openapi.Member{Name: "method", Schema: openapi.Text()}, openapi.Member{Name: "status", Schema: openapi.Text()},
		optionalText("bulkId"), optionalText("location"), optionalText("version"), openapi.Member{Name: "response", Schema: openapi.Ref(openapi.ErrorSchema), Optional: true},
	))}))
}

// operation returns the OpenAPI description of the endpoint e: its parameters, request body and
// replies. The endpoint serves the given method at the path of the route r. If the endpoint is
// about one existing user or group, the description has the headers If-Match and If-None-Match, and
// for GET the reply 304. The endpoint of the configuration needs no credentials.
func (r *route) operation(method string, e *endpoint) *openapi.Operation {
	o := &openapi.Operation{
		ID:      strings.ToLower(method) + "_" + strings.NewReplacer("/", "_", "{", "", "}", "", ".", "").Replace(r.path),
		Summary: e.about, Parameters: openapi.Reading{Profile: validate.Documented, EmptyIsAbsent: true}.Query(e.query, false),
	}
	if e.answers == config {
		o.Security = openapi.Open
	}
	if strings.HasSuffix(r.path, "{id}") {
		o.Parameters = append(o.Parameters, openapi.Parameter{Name: "id", In: "path", Required: true, Schema: openapi.Text()})
	}
	if e.takes != noBody {
		o.RequestBody = &openapi.RequestBody{Required: true, Content: map[string]openapi.MediaType{}}
		for _, kind := range []string{contentType, "application/json"} {
			o.RequestBody.Content[kind] = openapi.MediaType{Schema: openapi.Ref(string(e.takes))}
		}
	}
	kind, created := strings.CutPrefix(string(e.answers), "new ")
	switch {
	case created:
		o.Responses = openapi.Replies("201", "It was created.", contentType, openapi.Ref(kind))
	case e.answers == nothing:
		o.Responses = openapi.Replies("204", "It was done.", contentType, &openapi.Schema{})
		o.Responses["204"] = openapi.Response{Description: "It was done."}
	default:
		o.Responses = openapi.Replies("200", "It was done.", contentType, openapi.Ref(kind))
	}
	if e.answers == oneUser || e.answers == oneGroup || e.answers == nothing {
		for _, name := range []string{"If-Match", "If-None-Match"} {
			o.Parameters = append(o.Parameters, openapi.Parameter{Name: name, In: "header", Description: "Entity tags, or *.", Schema: openapi.Text()})
		}
		if method == http.MethodGet {
			o.Responses["304"] = openapi.Response{Description: "The resource has a version that If-None-Match has."}
		}
	}
	return o
}

// replySchema returns the JSON schema of a resource of this type in a reply. It has all attributes
// and extensions that the server can return. An attribute that is always returned is required. The
// others are optional, because a client can choose attributes in its request, and an attribute may
// have no value.
func (t *resourceType) replySchema() *openapi.Schema {
	members := replyMembers(append(slices.Clone(t.common), t.plain.Attributes...))
	for _, s := range t.extensions {
		members = append(members, openapi.Member{Name: s.ID, Schema: openapi.Object(replyMembers(s.Attributes)...), Optional: true})
	}
	return openapi.Object(members...)
}

func replyMembers(list []attribute) []openapi.Member {
	var members []openapi.Member
	for i := range list {
		if a := &list[i]; !a.hidden && a.Returned != never {
			members = append(members, openapi.Member{Name: a.Name, Schema: a.replySchema(), Optional: a.Returned != always})
		}
	}
	return members
}

func (a *attribute) replySchema() *openapi.Schema {
	s := &openapi.Schema{Type: jsonTypes[a.Type]}
	if a.Type == typeComplex {
		s = openapi.Object(replyMembers(a.Sub)...)
	}
	if a.Multi {
		s = openapi.List(s)
	}
	s.Description = a.Description
	return s
}

// jsonTypes maps types of attributes (RFC 7643 section 2.3) to types of JSON.
var jsonTypes = map[string]string{
	typeString: "string", typeBoolean: "boolean", typeInteger: "integer", typeDecimal: "number", typeDateTime: "string", typeReference: "string",
}

// requestSchema returns the JSON schema of a resource of this type in the body of a POST or PUT.
// The member named "schemas" is required, and so is each required attribute. The other attributes
// and the extensions are optional. No other members are allowed.
func (t *resourceType) requestSchema() *openapi.Schema {
	members := requestMembers(append(slices.Clone(t.common), t.plain.Attributes...))
	members[0] = openapi.Member{Name: "schemas", Schema: openapi.List(openapi.Text())}
	for _, s := range t.extensions {
		members = append(members, openapi.Member{Name: s.ID, Schema: openapi.Object(requestMembers(s.Attributes)...), Optional: true})
	}
	return openapi.Object(members...)
}

func requestMembers(list []attribute) []openapi.Member {
	members := make([]openapi.Member, len(list))
	for i := range list {
		members[i] = openapi.Member{Name: list[i].Name, Schema: list[i].requestSchema(), Optional: !list[i].Required}
	}
	return members
}

// requestSchema returns the JSON schema of the attribute in a POST or PUT. Null is allowed if the
// attribute is not required, and as an element of a list. A boolean may also be the text "true" or
// "false" in any case. Any value is allowed for an attribute that is read-only or that the server
// does not store, because the server ignores the value.
func (a *attribute) requestSchema() *openapi.Schema {
	if a.Mutability == readOnly || a.unkept {
		return &openapi.Schema{Description: a.Description}
	}
	var s *openapi.Schema
	switch a.Type {
	case typeComplex:
		s = openapi.Object(requestMembers(a.Sub)...)
	case typeBoolean:
		s = &openapi.Schema{Type: []string{"boolean", "string"}, Pattern: "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"}
	default:
		s = &openapi.Schema{Type: jsonTypes[a.Type]}
	}
	if a.Multi {
		s = openapi.List(openapi.OrNull(s))
	}
	if !a.Required {
		s = openapi.OrNull(s)
	}
	s.Description = a.Description
	return s
}

// contentType is the media type of SCIM (RFC 7644 section 8.1).
const contentType = "application/scim+json"
