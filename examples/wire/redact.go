package wire

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// redacted stands in a log for what is secret.
const redacted = "***"

// secretWords are the parts of names whose values no log shows. They are compared in lower case without - and _, so
// that apiKey, api_key and X-Api-Key are one. A flag such as changePwdNextLogin is hidden with them: better too much.
var secretWords = []string{
	"password", "passwd", "pwd", "secret", "apikey", "token", "authorization", "session", "privatekey", "credential",
	"cookie", "signature", "hash", "bearer", "jwt", "assertion",
}

var squeeze = strings.NewReplacer("-", "", "_", "", "[", "", "]", "", "'", "", `"`, "", " ", "")

func isSecret(name string) bool {
	name = squeeze.Replace(strings.ToLower(name))
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return name == "key"
}

// Printable returns a text in which control characters are escaped, so that it stays one line of a log.
func Printable(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

func redactHeader(h http.Header) http.Header {
	for name, values := range h {
		for i := range values {
			if isSecret(name) {
				values[i] = redacted
			}
		}
	}
	return h
}

// redactQuery hides the values of secret names in a query or a form, and leaves the rest as it was sent.
func redactQuery(s string) string {
	if s == "" {
		return ""
	}
	pairs := strings.Split(s, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil || isSecret(plain) {
			pairs[i] = Printable(name) + "=" + redacted
			continue
		}
		pairs[i] = Printable(pair)
	}
	return strings.Join(pairs, "&")
}

// redactBody shows a body that it understands whole, and of any other one only the size.
func redactBody(contentType string, body []byte, whole bool) string {
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
		return redactQuery(string(body))
	case mediaType == "multipart/form-data" && params["boundary"] != "":
		var v Values
		r := http.Request{Header: http.Header{"Content-Type": {contentType}}}
		if parseMultipart(&r, body, &v) != nil {
			return size
		}
		return redactJSON(Value{Kind: Object, Items: v.Members})
	case mediaType == "application/json", mediaType == "multipart/form-data":
		var problems validate.Collector
		v, err := parseJSON(body, &problems)
		if err != nil {
			return size
		}
		return redactJSON(v)
	}
	return size
}

// redactJSON writes a value as JSON in one line.
func redactJSON(v Value) string {
	var b strings.Builder
	writeRedacted(&b, v, false)
	return b.String()
}

func writeRedacted(b *strings.Builder, v Value, secret bool) {
	switch {
	case v.Kind == Object || v.Kind == List:
		open, end := "{", "}"
		if v.Kind == List {
			open, end = "[", "]"
		}
		b.WriteString(open)
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(",")
			}
			if v.Kind == Object {
				writeText(b, item.Name)
				b.WriteString(":")
			}
			writeRedacted(b, item, secret || isSecret(item.Name))
		}
		b.WriteString(end)
	case secret && v.Kind != Null:
		writeText(b, redacted)
	case v.Kind <= String:
		writeText(b, v.Text)
	case v.Kind == Null:
		b.WriteString("null")
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
