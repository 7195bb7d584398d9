package vendorhttp

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// parseMultipart parses the parts of a multipart body. The value of a part is its content, with or
// without a file name. Errors: ErrMalformed; ErrTooLarge.
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
