package voximplant

import (
	"maps"
	"net/http"
	"slices"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// replies has the members of each method's reply besides result.
var replies = map[string][]openapi.Member{
	"AddUser":             {{Name: "user_id", Schema: openapi.Integer()}},
	"TransferMoneyToUser": {{Name: "balance", Schema: openapi.Number()}},
	"GetUsers":            {{Name: "total_count", Schema: openapi.Integer()}, {Name: "count", Schema: openapi.Integer()}},
}

// Document returns the OpenAPI document of the API. The document describes the path of each method,
// and the path that calls the method named by the parameter cmd. Errors have the status 200 too, so
// the schema of each reply is the result of the method or an error.
func Document() *openapi.Document {
	d := openapi.New("Voximplant Management API: users", "1", "Parameters stand in the query or, by POST, in the body: "+
		"together they are what GET takes in its query. An empty parameter is one that was not given.")
	d.Secure("api_key", openapi.SecurityScheme{Type: "apiKey", In: "query", Name: "api_key", Description: "With the account. It may stand in the body."})
	d.Secure("token", openapi.SecurityScheme{Type: "http", Scheme: "bearer", Description: "A service account's token (JWT, RS256)."})
	d.Define(openapi.ErrorSchema, openapi.Of[errorReply]())
	info := make([]openapi.Member, len(infoFields))
	for i, f := range infoFields {
		info[i] = openapi.Member{Name: f.name, Schema: f.schema, Optional: f.shown != nil}
	}
	users := openapi.List(d.Define("UserInfoType", openapi.Object(info...)))
	var all []vendorhttp.Parameter
	var answers []*openapi.Schema
	names := slices.Sorted(maps.Keys(methods))
	for _, name := range names {
		result := openapi.Integer()
		if name == "GetUsers" {
			result = users
		}
		answer := d.Define(name+"Result", openapi.Object(append([]openapi.Member{{Name: "result", Schema: result}}, replies[name]...)...))
		add(d, Prefix+"/"+name+"/", name, methods[name].about, methods[name].takes, answer)
		answers = append(answers, answer)
		for _, p := range methods[name].takes {
			if !slices.ContainsFunc(all, func(has vendorhttp.Parameter) bool { return has.Name == p.Name }) {
				all = append(all, anyOf(p))
			}
		}
	}
	all[0].Words = names // cmd
	all[0].Required = true
	add(d, Prefix, "cmd", "Calls the method that the parameter cmd names, with the method's parameters.", all, answers...)
	return d
}

// anyOf returns the parameter p for the path of the API that accepts every method. Rules and
// required parameters differ between the methods, so the result has no rule and is not required.
// The types of user_id and user_name become lists, because some methods accept several users.
func anyOf(p vendorhttp.Parameter) vendorhttp.Parameter {
	p.Rule, p.Required = 0, false
	if p.Name == "user_id" {
		p.Type = vendorhttp.TypeIntegers
	}
	if p.Name == "user_name" {
		p.Type = vendorhttp.TypeTexts
	}
	return p
}

func add(d *openapi.Document, path, name, about string, takes []vendorhttp.Parameter, answers ...*openapi.Schema) {
	reading := openapi.Reading{Profile: profile, EmptyIsAbsent: true}
	responses := openapi.Replies("200", "The method's reply, or an error.", "application/json", openapi.Any(append(answers, openapi.Ref(openapi.ErrorSchema))...))
	d.Add(http.MethodGet, path, &openapi.Operation{ID: "get" + name, Summary: about, Parameters: reading.Query(takes, false), Responses: responses})
	d.Add(http.MethodPost, path, &openapi.Operation{
		ID: "post" + name, Summary: about, Parameters: reading.Query(takes, true), Responses: responses,
		RequestBody: &openapi.RequestBody{Content: openapi.Content(form.Media, reading.Object(takes, true))},
	})
}
