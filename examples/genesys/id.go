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

// appendID appends the id to b in the vendor's form, and returns the result: 32 hexadecimal digits
// without dashes, with leading zeros. The vendor's own ids are random. Here the digits are the
// number of the user in the directory, so a user has the same number in the API of every vendor.
func appendID(b []byte, id user.ID) []byte {
	var digits [16]byte
	hex := strconv.AppendInt(digits[:0], int64(id), 16)
	return append(append(b, zeros[:idLength-len(hex)]...), hex...)
}

// parseID returns the user.ID for s, which must be 32 hexadecimal digits in upper or lower case. It
// returns 0, which is the id of no user, for any other text and for a number that does not fit a
// user.ID.
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
