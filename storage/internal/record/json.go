package record

import (
	"encoding/json"
	"errors"
)

// Decode reads JSON that a storage wrote. Its error is no *validate.Error, because the fault is
// that of the data, and not of a caller's argument.
func Decode(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return errors.New(err.Error())
	}
	return nil
}
