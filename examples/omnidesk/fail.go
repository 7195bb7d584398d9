package omnidesk

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/validate"
)

// refusal is the body of an error. The vendor uses "status" here, where a success has "type".
type refusal struct {
	Status  string    `json:"status"`
	Message string    `json:"message"`
	Errors  []problem `json:"errors"`
}

// problem is a problem with one parameter. Field is "" if it is about the whole request.
type problem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// messages has a sentence for each code.
var messages = map[roster.Code]string{
	roster.CodeInternal:             "Internal error.",
	vendorhttp.CodeMalformed:        "The request cannot be read.",
	roster.CodeInvalid:              "The request is not valid.",
	vendorhttp.CodeTooLarge:         "The request is too large.",
	vendorhttp.CodeUnsupportedMedia: "Send JSON, a form or multipart/form-data.",
	vendorhttp.CodeNoRoute:          "There is no such endpoint.",
	vendorhttp.CodeMethodNotAllowed: "The endpoint does not take this method.",
	roster.CodeUnauthenticated:      "The API key is missing or unknown.",
	roster.CodeDisabled:             "The user of the API key is disabled.",
	roster.CodeDenied:               "The API key lacks the permission.",
	roster.CodeNotFound:             "There is no such user, or the user has no such thing.",
	roster.CodeStale:                "It was changed meanwhile.",
	roster.CodeExists:               "It is taken already.",
	roster.CodeLocked:               "The status of this user is locked.",
	roster.CodeInsufficientFunds:    "There is not enough money.",
	roster.CodeConflict:             "This is not possible at present.",
	roster.CodeLastAdministrator:    "The account would have no administrator left.",
	roster.CodeLimit:                "There are as many as there may be.",
	vendorhttp.CodeRateLimited:      "Too many requests.",
	roster.CodeUnavailable:          "Try again later.",
	roster.CodeUnknownOutcome:       "It is not known whether the change happened.",
	roster.CodeCanceled:             "The request was canceled.",
}

// fail writes the error reply to a failed request as JSON in the vendor's form, with the status
// f.HTTPStatus(): a message, and a problem for each wrong parameter. If the policy denied the call,
// the message contains the permission that the API key lacks, if it is known. fail also sets
// Retry-After if f has a time after which the client may try again, and WWW-Authenticate for the
// status 401.
func fail(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
	status := f.HTTPStatus()
	message, ok := messages[f.Code]
	if !ok {
		message = messages[roster.CodeInternal]
	}
	if f.Code == vendorhttp.CodeTooLarge && f.What != "" {
		message = "The request is too large: it has " + f.What + "."
	}
	answer := refusal{Status: "error", Message: message, Errors: make([]problem, len(f.Problems))}
	var denied *permission.Denied
	if errors.As(f.Err, &denied) && denied.Need != "" {
		answer.Message = "The API key lacks the permission: it takes " + denied.Need + "."
	}
	for i, p := range f.Problems {
		answer.Errors[i] = problem{fieldName(p.Path), string(p.Code), sentence(p)}
	}
	f.SetRetryAfter(w)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", keyName)
	}
	body, err := json.Marshal(answer)
	if err != nil { // never: it is made of texts
		body = []byte(`{"status":"error","message":"Internal error.","errors":[]}`)
	}
	reply(w, status, body)
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// fieldName converts the JSON pointer of a parameter to the name of a form field: "/groups/3"
// becomes "groups[3]", and "/name" becomes "name".
func fieldName(path string) string {
	name, rest, nested := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	name = unescapePointer.Replace(name)
	if !nested {
		return name
	}
	return name + "[" + strings.ReplaceAll(unescapePointer.Replace(rest), "/", "][") + "]"
}

var sentences = map[validate.Code]string{
	validate.Required:         "It is required.",
	validate.TooShort:         "It is too short.",
	validate.TooLong:          "It is too long.",
	validate.Pattern:          "It does not have the right form.",
	validate.InvalidUTF8:      "It is not text in UTF-8.",
	validate.ControlCharacter: "It has a control character.",
	validate.Invalid:          "It is not valid.",
	validate.OutOfRange:       "It is out of range.",
	validate.Unknown:          "It is not known.",
	validate.Duplicate:        "It is given twice, or taken already.",
	validate.ReadOnly:         "It cannot be set.",
	validate.Conflict:         "It contradicts another parameter.",
	validate.Mismatch:         "It does not fit another parameter.",
	validate.Forbidden:        "It is not allowed here.",
}

// sentence returns the text of a problem for the caller: a sentence for the code of the problem,
// with the limits min, max, unit and pattern in parentheses if the problem has them. For an unknown
// parameter the sentence contains the similar known name, if there is one.
func sentence(p validate.Problem) string {
	if p.Code == vendorhttp.UnknownParameter {
		text := vendorhttp.UnknownText(p)
		if !strings.HasSuffix(text, "?") {
			text += "."
		}
		return strings.ToUpper(text[:1]) + text[1:]
	}
	text := sentences[p.Code]
	var limits []string
	for _, name := range []string{"min", "max", "unit"} {
		if value, ok := p.Params.Get(name); ok {
			limits = append(limits, name+" "+value)
		}
	}
	if pattern, ok := p.Params.Get("pattern"); ok {
		limits = append(limits, "pattern "+pattern)
	}
	if len(limits) == 0 {
		return text
	}
	return strings.TrimSuffix(text, ".") + " (" + strings.Join(limits, ", ") + ")."
}
