package genesys

import (
	"strings"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// answer is the kind of an endpoint's reply.
type answer uint8

const (
	saysDone answer = iota
	namesUser
	showsUser
	listsUsers
)

// schema returns the OpenAPI schema of the body of a successful reply. The answer a is the kind of
// the reply. All kinds have the member statusCode, which is 0. The other members are, by kind: the
// path, id and URI of a user; a user; a list of URIs or of users; or none.
func (a answer) schema() *openapi.Schema {
	code := openapi.Member{Name: "statusCode", Schema: &openapi.Schema{Type: "integer", Enum: []any{0}}}
	user := openapi.Ref("User")
	switch a {
	case namesUser:
		return openapi.Object(code, openapi.Member{Name: "path", Schema: openapi.Text()}, openapi.Member{Name: "id", Schema: openapi.Text()},
			openapi.Member{Name: "uri", Schema: openapi.Text()})
	case showsUser:
		return openapi.Object(code, openapi.Member{Name: "user", Schema: user})
	case listsUsers: // URIs unless the query has fields or subresources
		return openapi.Any(openapi.Object(code, openapi.Member{Name: "uris", Schema: openapi.List(openapi.Text())}),
			openapi.Object(code, openapi.Member{Name: "users", Schema: openapi.List(user)}))
	}
	return openapi.Object(code)
}

// schema returns the schema of the field.
func (f *field) schema() *openapi.Schema {
	switch {
	case f.flag != nil:
		return openapi.Boolean()
	case f.roles:
		return openapi.List(openapi.Words(roleNames(known)...))
	}
	return openapi.Text()
}

// userSchema returns the OpenAPI schema of a user in a reply, with skills and devices. All members
// are optional, because the caller may select the fields of a user.
func userSchema() *openapi.Schema {
	var list []openapi.Member
	add := func(name string, s *openapi.Schema) {
		list = append(list, openapi.Member{Name: name, Schema: s, Optional: true})
	}
	for i := range fields {
		add(fields[i].name, fields[i].schema())
	}
	add("skills", openapi.List(skillSchema))
	add("devices", openapi.List(deviceSchema()))
	return openapi.Object(list...)
}

var skillSchema = openapi.Object(openapi.Member{Name: "id", Schema: openapi.Text()}, openapi.Member{Name: "name", Schema: openapi.Text()},
	openapi.Member{Name: "description", Schema: openapi.Text(), Optional: true}, openapi.Member{Name: "level", Schema: openapi.Text()})

func deviceSchema() *openapi.Schema {
	list := append(texts(deviceTexts), openapi.Member{Name: "id", Schema: openapi.Text()},
		openapi.Member{Name: "doNotDisturb", Schema: openapi.Text()}, openapi.Member{Name: "capabilities", Schema: openapi.List(openapi.Text())})
	for _, object := range deviceObjects {
		list = append(list, openapi.Member{Name: object.name, Schema: openapi.Object(texts(object.members)...), Optional: true})
	}
	return openapi.Object(list...)
}

// texts returns one optional schema member of type string for each of the names, in the same order.
func texts(names []string) []openapi.Member {
	list := make([]openapi.Member, len(names))
	for i, name := range names {
		list[i] = openapi.Member{Name: name, Schema: openapi.Text(), Optional: true}
	}
	return list
}

// Document returns the OpenAPI document of this API: every endpoint with its parameters, body and
// replies.
func Document() *openapi.Document {
	d := openapi.New("Genesys contact center: users", "2", "")
	d.Secure("basic", openapi.SecurityScheme{Type: "http", Scheme: "basic", Description: "A user's login and password."})
	d.Define(openapi.ErrorSchema, openapi.Object(openapi.Member{Name: "statusCode", Schema: openapi.Integer()}, openapi.Member{Name: "statusMessage", Schema: openapi.Text()}))
	d.Define("User", userSchema())
	reading := openapi.Reading{Profile: validate.Documented}
	for i := range endpoints {
		e := &endpoints[i]
		o := &openapi.Operation{
			ID: operationID(e), Summary: e.about, Parameters: reading.Query(e.query, false),
			Responses: openapi.Replies("200", "It was done.", "application/json", e.answers.schema()),
		}
		if e.path == oneUser {
			o.Parameters = append(o.Parameters, openapi.Parameter{
				Name: "id", In: "path", Required: true, Schema: openapi.Matching(validate.GenesysID.Pattern(validate.Documented)),
			})
		}
		if e.takes != nil {
			body := reading.Object(e.takes, false)
			o.RequestBody = &openapi.RequestBody{Required: body.Required != nil, Content: openapi.Content(vendorhttp.JSON, body)}
		}
		d.Add(e.method, e.path, o)
	}
	return d
}

// operationID returns the method and the end of the path as an identifier.
func operationID(e *endpoint) string {
	return strings.ToLower(e.method) + strings.NewReplacer("/", "_", "{", "", "}", "").Replace(strings.TrimPrefix(e.path, base))
}
