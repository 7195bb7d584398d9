package vendorhttp

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// parseMultipart parses body as a multipart body, and adds each part to v as a value with the
// part's name and content. It takes the boundary from the Content-Type of r. A part with a file
// name is treated like any other part. A part whose name or text is not UTF-8 or contains NUL adds
// a problem to v.
//
// Errors: ErrMalformed for an invalid Content-Type, a missing boundary, a part without a name, and
// a body that is cut off or is not multipart; ErrTooLarge for too many parts.
func parseMultipart(r *http.Request, body []byte, v *Values) error {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return ErrMalformed
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF && bytes.Contains(body, []byte("--"+params["boundary"]+"--")) { // otherwise the body was cut off
			return nil
		}
		if err != nil {
			return ErrMalformed
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return ErrMalformed
		}
		name := part.FormName()
		if name == "" {
			return ErrMalformed
		}
		v.checkText("", name, string(text))
		if err := v.add(Value{Name: name, Text: string(text)}); err != nil {
			return err
		}
	}
}
