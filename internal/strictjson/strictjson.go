// Package strictjson encodes and decodes JSON without loss. It refuses what encoding/json silently
// changes or ignores.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Marshal returns v as JSON. Unlike json.Marshal, it does not escape <, > and &. Errors: an error
// if a text in v is not valid UTF-8 or contains NUL; the errors of encoding/json, without the names
// of Go methods that json.MarshalerError adds.
func Marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, plain(err)
	}
	b := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if bytes.Contains(b, []byte(`\ufffd`)) || bytes.Contains(b, []byte(`\u0000`)) {
		s := scan{in: b, encoded: true}
		if s.value(0); s.err != nil {
			return nil, s.err
		}
	}
	return b, nil
}

// Unmarshal decodes b, which must be exactly one JSON value, into v. After an error v may be
// changed. Unmarshal returns:
//
//   - the errors of Check
//   - an error if an object has a member that v does not have
//   - an error if anything but white space follows the value
//   - the errors of encoding/json, with at most 200 characters of their texts
func Unmarshal(b []byte, v any) error {
	if err := Check(b); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return short(plain(err))
	}
	if len(bytes.Trim(b[decoder.InputOffset():], " \t\r\n")) > 0 {
		return errors.New("more than one JSON value")
	}
	return nil
}

// plain returns the error inside json.MarshalerError wrappers, which name Go methods.
func plain(err error) error {
	for {
		var wrapper *json.MarshalerError
		if !errors.As(err, &wrapper) {
			return err
		}
		err = wrapper.Err
	}
}

// short returns err if the text of err has at most 200 bytes. Otherwise it returns a new error with
// the first 200 characters of the text, because encoding/json and package time quote the whole
// input.
func short(err error) error {
	const most = 200
	if text := err.Error(); len(text) > most {
		return fmt.Errorf("%.*s and so on", most, text)
	}
	return err
}

// Time changes the decoded time *t to UTC, the form in which the model stores times. A time that is
// zero becomes time.Time{}. If *t has a fraction of a microsecond, Time returns an error and leaves
// *t unchanged.
func Time(t *time.Time) error {
	if t.Nanosecond()%1000 != 0 {
		return fmt.Errorf("the time %s is finer than a microsecond", t.Format(time.RFC3339Nano))
	}
	if *t = t.UTC(); t.IsZero() {
		*t = time.Time{}
	}
	return nil
}
