package scim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// refusal is an error reply (RFC 7644 section 3.12).
type refusal struct {
	status   int
	scimType string
	detail   string
}

// Error returns the detail of the reply.
func (r *refusal) Error() string { return r.detail }

func refuse(status int, scimType, detail string) error { return &refusal{status, scimType, detail} }

func invalidValue(path, detail string) error {
	return refuse(http.StatusBadRequest, "invalidValue", path+" "+detail)
}
func invalidSyntax(detail string) error {
	return refuse(http.StatusBadRequest, "invalidSyntax", detail)
}
func invalidPath(detail string) error { return refuse(http.StatusBadRequest, "invalidPath", detail) }
func invalidFilter(detail string) error {
	return refuse(http.StatusBadRequest, "invalidFilter", detail)
}

// message is the body of an error reply.
type message struct {
	Schemas  []string `json:"schemas"`
	Status   string   `json:"status"`
	ScimType string   `json:"scimType,omitempty"`
	Detail   string   `json:"detail,omitempty"`
}

// details has a sentence for each code. It is the detail of errors without a text of their own.
var details = map[roster.Code]string{
	roster.CodeInternal:             "Internal error.",
	vendorhttp.CodeMalformed:        "The body is not one JSON object.",
	roster.CodeInvalid:              "The request is not valid.",
	vendorhttp.CodeUnsupportedMedia: "Send application/scim+json or application/json.",
	vendorhttp.CodeNoRoute:          "There is no such endpoint.",
	vendorhttp.CodeMethodNotAllowed: "The endpoint does not take this method.",
	roster.CodeUnauthenticated:      "The bearer token is missing or unknown.",
	roster.CodeDisabled:             "The user of the token is disabled.",
	roster.CodeDenied:               "The user of the token may not do this.",
	roster.CodeNotFound:             "There is no such resource.",
	roster.CodeStale:                "The resource has another version.",
	roster.CodeExists:               "Another resource has this value.",
	roster.CodeLastAdministrator:    "The account would have no administrator left.",
	roster.CodeLimit:                "There are as many as there may be.",
	roster.CodeConflict:             "The request does not fit the present state of the resource.",
	vendorhttp.CodeRateLimited:      "There were too many requests.",
	roster.CodeUnavailable:          "Try again later.",
	roster.CodeUnknownOutcome:       "It is not known whether the change happened.",
	roster.CodeCanceled:             "The request was canceled.",
}

// problemOf returns the status and the body of the SCIM error reply to the failure f. If f.Err is a
// SCIM refusal, the reply has the status, the scimType and the detail of the refusal. For other
// errors:
//
//   - The status is f.HTTPStatus().
//   - scimType is set only for wrong values, taken values and malformed requests.
//   - The detail names the rule of the policy, the wrong attributes, the attribute whose value is
//     taken, or the limit that the request exceeds. Otherwise the detail is the general sentence
//     for f.Code, or that of an internal error if f.Code has no sentence.
func problemOf(f vendorhttp.Failure) (int, message) {
	m := message{Schemas: []string{errorMessage}}
	status := f.HTTPStatus()
	var refused *refusal
	var denied *permission.Denied
	switch {
	case errors.As(f.Err, &refused):
		status, m.ScimType, m.Detail = refused.status, refused.scimType, refused.detail
	case errors.As(f.Err, &denied) && denied.Rule != "":
		m.Detail = "The rule " + denied.Rule + " of the policy does not allow this."
	case f.Code == roster.CodeInvalid && len(f.Problems) > 0:
		m.ScimType, m.Detail = "invalidValue", sentences(f.Problems)
	case f.Code == roster.CodeExists:
		m.ScimType, m.Detail = "uniqueness", "Another resource has this "+taken(f.What)+"."
	case f.Code == vendorhttp.CodeTooLarge && f.What != "":
		m.Detail = "The request has " + f.What + "."
	case f.Code == vendorhttp.CodeMalformed:
		m.ScimType = "invalidSyntax"
	}
	if m.Detail == "" {
		m.Detail = details[f.Code]
	}
	if m.Detail == "" {
		m.Detail = details[roster.CodeInternal]
	}
	m.Status = strconv.Itoa(status)
	return status, m
}

// taken returns the SCIM name of what, an attribute of the model whose values are unique.
func taken(what string) string {
	switch what {
	case "login":
		return "userName"
	case "name":
		return "displayName"
	}
	return what
}

// sentences returns one text for the problems, separated by "; ". Each part is the SCIM name of an
// attribute and what is wrong with its value.
func sentences(problems []validate.Problem) string {
	list := make([]string, len(problems))
	for i, p := range problems {
		list[i] = scimName(p.Path) + " " + p.Detail()
	}
	return strings.Join(list, "; ")
}

// scimName converts the path of an attribute of the model, as in a validation problem, to the SCIM
// name of the attribute. A path below an attribute has the name of the attribute. A custom
// attribute becomes EnterpriseSchema:NAME if the enterprise extension has the attribute. Any other
// custom attribute becomes RosterSchema:custom.NAME. The paths of passwords become "password". Any
// other path is returned unchanged.
func scimName(path string) string {
	if rest, ok := strings.CutPrefix(path, user.AttrCustom.Path()+"/"); ok {
		if name := enterpriseName(rest); name != "" {
			return EnterpriseSchema + ":" + name
		}
		return RosterSchema + ":custom." + rest
	}
	for a := range user.AllAttributes().All() {
		if at := a.Path(); path == at || strings.HasPrefix(path, at+"/") {
			if name, ok := namesByModel[a]; ok {
				return name
			}
		}
	}
	if strings.HasPrefix(path, "/password") || path == "/new" {
		return "password"
	}
	return path
}

// fail writes the SCIM error reply to the failed request. It also sets Allow for a method that the
// path does not have, Retry-After if f has a time after which the client may try again, and
// WWW-Authenticate for the status 401. It writes no text of an internal error.
func fail(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
	status, m := problemOf(f)
	f.SetRetryAfter(w)
	if f.Allow != "" {
		w.Header().Set("Allow", f.Allow)
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="scim"`)
	}
	reply(w, status, m)
}

// reply writes a reply with the given status and with body as JSON. If body cannot be converted to
// JSON, reply writes a SCIM error with the status 500. It ignores write errors, because the client
// has then gone.
func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", contentType)
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, fmt.Appendf(nil, `{"schemas":[%q],"status":"500"}`, errorMessage)
	}
	w.WriteHeader(status)
	_, _ = w.Write(text) // after a write error the client has gone
}
