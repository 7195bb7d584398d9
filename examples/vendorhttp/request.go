package vendorhttp

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strings"
)

// Errors of reading a request. The others are ErrTooLarge and ErrBusy.
var (
	ErrMediaType = errors.New("vendorhttp: unsupported media type")
	ErrMalformed = errors.New("vendorhttp: malformed request")
)

// Media is a set of media types.
type Media uint8

// The media types. LooseMultipart accepts a JSON body with the content type multipart/form-data and
// no boundary, as in Omnidesk's examples.
const (
	JSON Media = 1 << iota
	URLEncoded
	Multipart
	LooseMultipart
	AnyForm = JSON | URLEncoded | Multipart
)

// Form describes how to read the requests of an endpoint. The zero Form accepts a query and no
// body.
type Form struct {
	Media Media
	// Names are the names of the API. A problem never contains any other name.
	Names *Names
	// Untyped is the media type of a body without a content type. If Untyped is 0, such a body is
	// an error.
	Untyped Media
	// Quoted accepts forms in double quotes, with values that may be in single quotes:
	// "userID='UID'&viewID=1" (Omnidesk).
	Quoted bool
	// Brackets joins name[]=1&name[]=2 in a form to one list called name.
	Brackets bool
	// Objects lets Document accept a list of up to MaxListed objects and MaxListBody bytes. Any
	// other body may have MaxBody bytes.
	Objects bool
	// IgnoreQuery lets Read ignore the query and return the values of the body only.
	IgnoreQuery bool
}

// Read returns the values of the request's query and of its body together. A name that occurs in
// both is a duplicate. A JSON body must be an object. Read reads the whole body, for every method.
// If f.IgnoreQuery is set, Read ignores the query.
//
// Errors: ErrTooLarge for too many bytes or values; ErrMediaType for a content type that f does not
// accept; ErrMalformed if the request cannot be parsed; ErrBusy if the server refuses to read the
// body. Duplicate names and invalid texts are not errors of Read. Values.Err returns them, and a
// Reader returns them together with the problems of the values.
func (f Form) Read(r *http.Request) (Values, error) {
	var v Values
	if err := f.ReadInto(r, &v); err != nil {
		return Values{}, err
	}
	return v, nil
}

// ReadInto reads the query and the body of r into v, as Read does. It first removes the old values
// of v, and reuses their memory. After an error v must not be used.
//
// Errors: ErrTooLarge, ErrMediaType, ErrMalformed and ErrBusy, as Read returns them.
func (f Form) ReadInto(r *http.Request, v *Values) error {
	v.Reset()
	v.names = f.Names
	if !f.IgnoreQuery && r.URL.RawQuery != "" {
		if err := f.parseQuery(r.URL.RawQuery, v); err != nil {
			return err
		}
	}
	body, kind, err := f.body(r, MaxBody)
	if err != nil {
		return err
	}
	switch kind {
	case JSON:
		object, err := parseJSON(body, v, false)
		if err != nil {
			return err
		}
		if object.Kind != Object {
			return ErrMalformed
		}
		if len(v.Members)+len(object.Items) > maxMembers {
			return tooManyValues(maxMembers)
		}
		v.Members = append(v.Members, object.Items...)
		if len(v.Members) == len(object.Items) {
			return nil // parseJSON has looked for duplicates
		}
	case URLEncoded:
		err = f.parseForm(string(body), v)
	case Multipart:
		err = parseMultipart(r, body, v)
	}
	if err != nil {
		return err
	}
	if f.Brackets {
		v.join()
	}
	v.finish()
	return nil
}

// Query returns the values of the request's query. It does not read the body. Errors: ErrMalformed
// if the query cannot be decoded; ErrTooLarge if the query has more than MaxBody bytes or too many
// values. Duplicate names and invalid texts are not errors of Query; Values.Err returns them.
func (f Form) Query(r *http.Request) (Values, error) {
	var v Values
	if err := f.QueryInto(r, &v); err != nil {
		return Values{}, err
	}
	return v, nil
}

// QueryInto reads the query of r into v. It first removes the old values of v, and reuses their
// memory. It adds duplicate names and invalid texts to the problems of v. Errors: ErrMalformed if
// the query cannot be decoded; ErrTooLarge for too many bytes or values. After an error v must not
// be used.
func (f Form) QueryInto(r *http.Request, v *Values) error {
	v.Reset()
	v.names = f.Names
	if err := f.parseQuery(r.URL.RawQuery, v); err != nil {
		return err
	}
	v.finish()
	return nil
}

// Document returns the body as one JSON value of any kind, as LivePerson and Genesys use it. The
// value is the only member of the returned Values. Without a body it is null. Values.Err returns
// the problems of the value. Errors: ErrTooLarge for more than MaxBody bytes (MaxListBody for a
// list if f.Objects is set) or too many values; ErrMediaType if the content type is not JSON;
// ErrMalformed if the body cannot be parsed; ErrBusy if the server refuses to read the body.
func (f Form) Document(r *http.Request) (Values, error) {
	v := Values{names: f.Names}
	f.Media &= JSON
	limit := MaxBody
	if f.Objects {
		limit = MaxListBody
	}
	body, kind, err := f.body(r, limit)
	if err != nil {
		return Values{}, err
	}
	document := Value{Kind: Null}
	if kind == JSON {
		if document, err = parseJSON(body, &v, f.Objects); err != nil {
			return Values{}, err
		}
	}
	if document.Kind != List && len(body) > MaxBody {
		return Values{}, tooLong(MaxBody)
	}
	v.Members = []Value{document}
	return v, nil
}

// byteOrderMark is written by some programs at the beginning of UTF-8 text. The server ignores it.
var byteOrderMark = []byte("\xef\xbb\xbf")

// body reads the body of r, and returns the bytes and the media type. It removes a byte order mark.
// If the body is missing or empty, the result is nil and the media type 0. A body without the
// header Content-Type has the media type f.Untyped.
//
// Errors:
//
//   - ErrTooLarge for more than limit bytes
//   - ErrBusy if the server refuses to read the body
//   - ErrMalformed if the body is shorter than its Content-Length or cannot be read
//   - ErrMediaType for a media type that f does not accept, for a body without Content-Type if
//     f.Untyped is 0, for a charset other than UTF-8 and US-ASCII, and for a compressed body
func (f Form) body(r *http.Request, limit int) ([]byte, Media, error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, 0, nil
	}
	body, err := readAll(r, limit)
	if err != nil || len(body) == 0 {
		return nil, 0, err
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, 0, ErrMediaType
	}
	body = bytes.TrimPrefix(body, byteOrderMark)
	header := r.Header.Get("Content-Type")
	if header == "" && f.Untyped != 0 {
		return body, f.Untyped, nil
	}
	mediaType, params, err := mime.ParseMediaType(header)
	if err != nil {
		return nil, 0, ErrMediaType
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		return nil, 0, ErrMediaType
	}
	kind := f.kindOf(mediaType, params["boundary"], body)
	if kind == 0 {
		return nil, 0, ErrMediaType
	}
	return body, kind, nil
}

func (f Form) kindOf(mediaType, boundary string, body []byte) Media {
	kind := Media(0)
	switch mediaType {
	case "application/json", "application/scim+json": // RFC 7644 section 8.1
		kind = JSON
	case "application/x-www-form-urlencoded":
		kind = URLEncoded
	case "multipart/form-data":
		kind = Multipart
		if boundary == "" && f.Media&LooseMultipart != 0 && strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n"), "{") {
			return JSON
		}
	}
	return kind & f.Media
}
