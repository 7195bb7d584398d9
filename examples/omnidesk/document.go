package omnidesk

import (
	"strings"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// answer is the kind of an endpoint's reply.
type answer uint8

const (
	saysDone answer = iota
	namesUser
	namesReserved
	showsUser
	listsUsers
	listsViews
)

// schema returns the JSON schema of the reply of kind a. The member "type" of a reply is "result",
// "item" or "list". The kinds are:
//
//   - "result" with a message
//   - "result" with a message and the id of a user
//   - "result" of a reservation, which may lack the id of the user and the end of the
//     reservation
//   - "item" with one user
//   - "list" of users
//   - "list" of views
func (a answer) schema() *openapi.Schema {
	kind := func(word string) openapi.Member { return openapi.Member{Name: "type", Schema: openapi.Words(word)} }
	message := openapi.Member{Name: "message", Schema: openapi.Text()}
	list := func(item *openapi.Schema) *openapi.Schema {
		return openapi.Object(kind("list"), openapi.Member{Name: "itemStart", Schema: openapi.Integer()},
			openapi.Member{Name: "itemTotal", Schema: openapi.Integer()}, openapi.Member{Name: "itemLimit", Schema: openapi.Integer()},
			openapi.Member{Name: "items", Schema: openapi.List(item)})
	}
	named := openapi.Member{Name: "userID", Schema: openapi.Integer()}
	switch a {
	case namesUser:
		return openapi.Object(kind("result"), message, named)
	case namesReserved: // without a user where a slot was given back
		named.Optional = true
		until := openapi.Matching(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`)
		return openapi.Object(kind("result"), message, named, openapi.Member{Name: "reservedUntil", Schema: until, Optional: true})
	case showsUser:
		return openapi.Object(kind("item"), openapi.Member{Name: "item", Schema: openapi.Object(members(inProfile, inSettings, inLists)...)})
	case listsUsers:
		return list(userSchema())
	case listsViews:
		return list(openapi.Object(openapi.Member{Name: "id", Schema: openapi.Integer()}, openapi.Member{Name: "name", Schema: openapi.Text()}))
	}
	return openapi.Object(kind("result"), message)
}

// userSchema returns the JSON schema of one user in the list of GET /user. The members "settings",
// "views", "statistics" and "campaigns" are optional, because a list contains them only if it is
// extended.
func userSchema() *openapi.Schema {
	list := append(members(inProfile), openapi.Member{Name: "settings", Schema: openapi.Object(members(inSettings)...), Optional: true})
	for _, m := range members(inLists) {
		m.Optional = true
		list = append(list, m)
	}
	return openapi.Object(list...)
}

func members(parts ...part) []openapi.Member {
	var list []openapi.Member
	for _, p := range parts {
		for i := range itemFields {
			if f := &itemFields[i]; f.part == p {
				list = append(list, openapi.Member{Name: f.name, Schema: f.schema})
			}
		}
	}
	return list
}

// Document returns the OpenAPI document of the Omnidesk user controller: every endpoint with its
// parameters, request bodies and replies, and the three ways to send the API key. Document uses
// only the option Strict, which selects the limits and patterns of the parameters.
func Document(opts Options) *openapi.Document {
	d := openapi.New("Omnidesk user controller", "2", "Parameters stand in the query or in the body. A text may be quoted in a form, and a list be sent as name[]=1.")
	d.Secure("apiKey", openapi.SecurityScheme{Type: "apiKey", In: "header", Name: keyName})
	d.Secure("apiKeyInQuery", openapi.SecurityScheme{Type: "apiKey", In: "query", Name: keyName})
	d.Secure("authorization", openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "Authorization", Description: "apikey KEY"})
	d.Define(openapi.ErrorSchema, openapi.Of[refusal]())
	reading := openapi.Reading{Profile: opts.profile()}
	for _, e := range endpoints {
		o := &openapi.Operation{
			ID: operationID(e), Summary: e.about, Parameters: reading.Query(e.takes, true),
			RequestBody: &openapi.RequestBody{Content: openapi.Content(form.Media&vendorhttp.AnyForm, reading.Object(e.takes, true))},
			Responses:   openapi.Replies("200", "It was done.", "application/json", e.answers.schema()),
		}
		if e.path == byID {
			o.Parameters = append(o.Parameters, openapi.Parameter{
				Name: "id", In: "path", Required: true, Description: "The user; " + ownUser + " is the key's own.", Schema: openapi.Matching("^([0-9]+|" + ownUser + ")$"),
			})
		}
		d.Add(e.method, Base+e.path, o)
	}
	return d
}

// operationID returns the method and the path of an endpoint as an identifier.
func operationID(e endpoint) string {
	return strings.ToLower(e.method) + "User" + strings.NewReplacer("/", "_", "{", "", "}", "").Replace(e.path)
}
