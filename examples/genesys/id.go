package genesys

import (
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// idLength is the number of hexadecimal digits of an id.
const idLength = 32

const zeros = "00000000000000000000000000000000"

// appendID appends an id in the vendor's form: 32 hexadecimal digits without dashes. The vendor's
// ids are random. These are the directory's numbers, so that a user has the same id in every
// vendor's API.
func appendID(b []byte, id user.ID) []byte {
	var digits [16]byte
	hex := strconv.AppendInt(digits[:0], int64(id), 16)
	return append(append(b, zeros[:idLength-len(hex)]...), hex...)
}

// parseID parses an id, in upper or lower case. It returns 0, which no user has, for any other
// text.
func parseID(s string) user.ID {
	if _, ok := validate.GenesysID.Check(validate.Documented, "", s); !ok {
		return 0
	}
	if strings.Trim(s[:idLength/2], "0") != "" {
		return 0
	}
	id, err := strconv.ParseInt(s[idLength/2:], 16, 64)
	if err != nil {
		return 0 // above the greatest number
	}
	return user.ID(id)
}
