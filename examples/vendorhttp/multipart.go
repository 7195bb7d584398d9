package vendorhttp

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// parseMultipart reads the parts of a body that was read whole, so that a chunked one is bounded
// too. The content of a part is its value whether or not it has a file name.
func parseMultipart(r *http.Request, body []byte, v *Values) error {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return ErrMalformed
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF && bytes.Contains(body, []byte("--"+params["boundary"]+"--")) { // else it was cut off
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
