package main

import (
	"net/http"

	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/user"
)

// descriptionPath is the path of the APIs' OpenAPI documents, voximplant.json and others.
const descriptionPath = "/openapi/"

// descriptions are the OpenAPI documents of the APIs, by the names of their files.
func descriptions() map[string]*openapi.Document {
	return map[string]*openapi.Document{
		"genesys":    genesys.Document(),
		"liveperson": liveperson.Document(liveperson.Options{}),
		"omnidesk":   omnidesk.Document(omnidesk.Options{}),
		"scim":       scim.Document(user.CustomSchema{}),
		"voximplant": voximplant.Document(),
	}
}

func mountDescriptions(mux *http.ServeMux) error {
	return openapi.Serve(mux, descriptionPath, descriptions())
}
