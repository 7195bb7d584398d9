package openapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Version is the version of OpenAPI that documents keep.
const Version = "3.1.0"

// Document is an OpenAPI document.
type Document struct {
	OpenAPI    string                `json:"openapi"`
	Info       Info                  `json:"info"`
	Servers    []Server              `json:"servers"`
	Paths      map[string]PathItem   `json:"paths"`
	Components Components            `json:"components"`
	Security   []map[string][]string `json:"security,omitempty"`
}

// Info says what API it is.
type Info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description,omitempty"`
}

// Server is where the API is served.
type Server struct {
	URL string `json:"url"`
}

// PathItem has the operations of a path by their methods, in lower case.
type PathItem map[string]*Operation

// Operation is one call.
type Operation struct {
	ID          string                `json:"operationId"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Parameters  []Parameter           `json:"parameters,omitempty"`
	RequestBody *RequestBody          `json:"requestBody,omitempty"`
	Responses   map[string]Response   `json:"responses"`
	Security    []map[string][]string `json:"security,omitempty"` // Open: no authentication
}

// Open is the security of an operation that asks for no credentials.
var Open = []map[string][]string{{}}

// Parameter is a parameter in the query, the path or a header.
type Parameter struct {
	Name            string  `json:"name"`
	In              string  `json:"in"`
	Description     string  `json:"description,omitempty"`
	Required        bool    `json:"required,omitempty"`
	AllowEmptyValue bool    `json:"allowEmptyValue,omitempty"`
	Schema          *Schema `json:"schema"`
}

// RequestBody is the body of a request, by its media types.
type RequestBody struct {
	Description string               `json:"description,omitempty"`
	Required    bool                 `json:"required,omitempty"`
	Content     map[string]MediaType `json:"content"`
}

// Response is a reply.
type Response struct {
	Description string               `json:"description"`
	Headers     map[string]Header    `json:"headers,omitempty"`
	Content     map[string]MediaType `json:"content,omitempty"`
}

// Header is a header of a reply.
type Header struct {
	Description string  `json:"description,omitempty"`
	Schema      *Schema `json:"schema"`
}

// MediaType is a body of one media type.
type MediaType struct {
	Schema *Schema `json:"schema"`
}

// Components are what the document refers to by name.
type Components struct {
	Schemas         map[string]*Schema        `json:"schemas,omitempty"`
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes,omitempty"`
}

// SecurityScheme is a way to say who calls.
type SecurityScheme struct {
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
	Scheme      string `json:"scheme,omitempty"`
	Name        string `json:"name,omitempty"`
	In          string `json:"in,omitempty"`
}

// ErrorSchema is the name of the schema that every refusal keeps, also one at a path or of a method
// that the document does not have.
const ErrorSchema = "Error"

// New returns a document without paths.
func New(title, version, description string) *Document {
	return &Document{
		OpenAPI: Version, Info: Info{Title: title, Version: version, Description: description},
		Servers: []Server{{URL: "/"}}, Paths: make(map[string]PathItem),
		Components: Components{Schemas: make(map[string]*Schema), SecuritySchemes: make(map[string]SecurityScheme)},
	}
}

// Add adds an operation.
func (d *Document) Add(method, path string, o *Operation) {
	if d.Paths[path] == nil {
		d.Paths[path] = make(PathItem)
	}
	d.Paths[path][strings.ToLower(method)] = o
}

// Secure adds a way to say who calls, which is enough for every operation.
func (d *Document) Secure(name string, s SecurityScheme) {
	d.Components.SecuritySchemes[name] = s
	d.Security = append(d.Security, map[string][]string{name: {}})
}

// Define adds a schema to the components and returns the reference to it.
func (d *Document) Define(name string, s *Schema) *Schema {
	d.Components.Schemas[name] = s
	return Ref(name)
}

// Replies returns the replies of an operation: one of a status that is a success, and every other
// one as an error.
func Replies(status, description string, contentType string, s *Schema) map[string]Response {
	return map[string]Response{
		status:    {Description: description, Content: Body(contentType, s)},
		"default": {Description: "A refusal.", Content: Body(contentType, Ref(ErrorSchema))},
	}
}

// Body is a body of one media type.
func Body(contentType string, s *Schema) map[string]MediaType {
	return map[string]MediaType{contentType: {Schema: s}}
}

// Serve serves documents as JSON, each at its path; it answers GET and HEAD.
func Serve(mux *http.ServeMux, prefix string, documents map[string]*Document) error {
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		text, err := json.MarshalIndent(documents[name], "", "  ")
		if err != nil {
			return err
		}
		mux.HandleFunc("GET "+prefix+name+".json", func(w http.ResponseWriter, _ *http.Request) {
			header := w.Header()
			header.Set("Content-Type", "application/json")
			header.Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(text) // an error says that the client has gone
		})
	}
	return nil
}
