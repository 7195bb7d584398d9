package vendorhttp

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// redacted replaces a secret in a log.
const redacted = "***"

// secretWords are parts of names whose values no log shows. They are compared in lower case without
// - and _, so that apiKey, api_key and X-Api-Key are the same. Some harmless names, such as
// changePwdNextLogin, are hidden too.
var secretWords = []string{
	"password", "passwd", "pwd", "secret", "apikey", "token", "authorization", "session", "privatekey", "credential",
	"cookie", "signature", "hash", "bearer", "jwt", "assertion",
}

var squeeze = strings.NewReplacer("-", "", "_", "", "[", "", "]", "", "'", "", `"`, "", " ", "")

func isSecret(name string) bool {
	return mentionsSecret(name) || squeeze.Replace(strings.ToLower(name)) == "key"
}

// mentionsSecret reports whether a text contains a secret word, such as "password". A value may
// contain one if the request has a wrong separator, as in "ann;user_password=…".
func mentionsSecret(text string) bool {
	text = squeeze.Replace(strings.ToLower(text))
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(text, word) })
}

// Printable returns a text with escaped control characters, so that it stays one line of a log.
func Printable(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// shownHeaders are the headers that a log shows. Other headers may contain secrets.
var shownHeaders = []string{
	"Accept", "Accept-Encoding", "Content-Encoding", "Content-Length", "Content-Type", "If-Match", "Origin",
	"Sec-Fetch-Site", "Transfer-Encoding", "User-Agent", "X-Http-Method-Override", FaultHeader,
}

// redactHeader returns a copy of the headers of h that a log may show, such as Content-Type and
// User-Agent (shownHeaders). All other headers are left out, because they may contain secrets.
func redactHeader(h http.Header) http.Header {
	shown := make(http.Header)
	for _, name := range shownHeaders {
		if values := h.Values(name); len(values) > 0 {
			shown[name] = slices.Clone(values)
		}
	}
	return shown
}

// unknownName replaces in a log a name that the API does not have.
const unknownName = "?"

// redactPairs returns the query or form s for a log. It writes *** in place of a value if the name
// of the value is secret, such as password, or if the value contains a secret word. For a name that
// the API does not have, it writes ?=*** in place of both name and value. Other pairs stay as they
// are, with escaped control characters. For "" it returns "".
func (n *Names) redactPairs(s string) string {
	if s == "" {
		return ""
	}
	pairs := strings.Split(s, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if text, err := url.QueryUnescape(value); err == nil {
			value = text
		}
		word := strings.TrimLeft(plain, `" `) // all of Omnidesk's form is in quotes
		if base, ok := listName(word); ok {
			word = base
		}
		switch {
		case pair == "":
		case err != nil || !n.Has(word):
			pairs[i] = unknownName + "=" + redacted
		case isSecret(word), mentionsSecret(value):
			pairs[i] = Printable(name) + "=" + redacted
		default:
			pairs[i] = Printable(pair)
		}
	}
	return strings.Join(pairs, "&")
}

// redactBody returns the body of a request as a text for a log, without secrets and without names
// that the API does not have. contentType selects the format: a form, a multipart body or JSON.
// whole reports whether the server has read the complete body. redactBody returns only the size,
// such as "(12 bytes)", for an incomplete body, for JSON or a multipart body that cannot be parsed,
// and for any other content type. For an empty body it returns "".
func (n *Names) redactBody(contentType string, body []byte, whole bool) string {
	if len(body) == 0 {
		return ""
	}
	size := fmt.Sprintf("(%d bytes)", len(body))
	if !whole {
		return size
	}
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return size
	}
	switch {
	case mediaType == "application/x-www-form-urlencoded":
		return n.redactPairs(string(body))
	case mediaType == "multipart/form-data" && params["boundary"] != "":
		var v Values
		r := http.Request{Header: http.Header{"Content-Type": {contentType}}}
		if parseMultipart(&r, body, &v) != nil {
			return size
		}
		return n.redactJSON(Value{Kind: Object, Items: v.Members})
	case mediaType == "application/json", mediaType == "application/scim+json", mediaType == "multipart/form-data":
		var problems Values
		v, err := parseJSON(body, &problems, false)
		if err != nil {
			return size
		}
		return n.redactJSON(v)
	}
	return size
}

// redactJSON returns v as one line of JSON for a log. It writes "?" in place of a name that the API
// does not have, and "***" in place of these values:
//
//   - all values below such a name, and below the name of a secret, such as password
//   - a text that contains a secret word, and all other values of the object that has this text
//   - a value that no object contains, if it is not a whole number
//
// A null is always shown. An id in a list is a whole number, and so it is shown.
func (n *Names) redactJSON(v Value) string {
	var b strings.Builder
	n.writeRedacted(&b, v, showNumbers)
	return b.String()
}

// visibility is how much of a value a log shows.
type visibility uint8

const (
	showNumbers visibility = iota // the value has no name
	showAll
	hideAll
)

// below returns the visibility of a member with the name in an object with the visibility of. The
// result is hideAll if the object is hidden, if the name is secret, or if the API does not have the
// name. Otherwise it is showAll.
func (n *Names) below(name string, of visibility) visibility {
	if of == hideAll || isSecret(name) || !n.Has(name) {
		return hideAll
	}
	return showAll
}

// namesSecret reports whether v is a text with a secret word. The object that contains v is then
// about a secret, such as {"path":"password","value":"…"}.
func namesSecret(v Value) bool { return v.Kind == String && mentionsSecret(v.Text) }

func (n *Names) writeRedacted(b *strings.Builder, v Value, of visibility) {
	_, isNumber := v.Int()
	switch {
	case v.Kind == Object || v.Kind == List:
		open, end := "{", "}"
		if v.Kind == List {
			open, end = "[", "]"
		}
		b.WriteString(open)
		if v.Kind == Object && slices.ContainsFunc(v.Items, namesSecret) {
			of = hideAll
		}
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(",")
			}
			if v.Kind == List {
				n.writeRedacted(b, item, of)
				continue
			}
			if n.Has(item.Name) {
				writeText(b, item.Name)
			} else {
				writeText(b, unknownName)
			}
			b.WriteString(":")
			n.writeRedacted(b, item, n.below(item.Name, of))
		}
		b.WriteString(end)
	case v.Kind == Null:
		b.WriteString("null")
	case of == hideAll, of == showNumbers && !isNumber, v.Kind == String && mentionsSecret(v.Text):
		writeText(b, redacted)
	case v.Kind <= String:
		writeText(b, v.Text)
	default:
		b.WriteString(v.Text)
	}
}

func writeText(b *strings.Builder, s string) {
	text, err := json.Marshal(s)
	if err == nil {
		b.Write(text)
	}
}
