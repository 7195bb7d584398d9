package record

import (
	"encoding/json"
	"errors"
)

// Decode decodes JSON that a storage wrote. It hides a *validate.Error, because the stored data and
// not the caller's argument is wrong.
func Decode(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return errors.New(err.Error())
	}
	return nil
}
