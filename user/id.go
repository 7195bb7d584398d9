package user

import (
	"errors"
	"strconv"
)

// AccountID is the id of an account: the tenant that owns users, money and reference data. One
// operation touches one account. LivePerson calls it "LP site ID"; the other vendors have it in
// the paths or hosts of their URLs. It has 1 to 64 bytes of A-Z a-z 0-9 . _ -, is neither "." nor
// "..", does not begin with "-" (validate.AccountID), and is compared by bytes.
type AccountID string

// ID is the id of a user in its account. Valid ids are positive ("Positive long number greater
// than zero", LivePerson); 0 means none. An id is never given to a second user, even if the first
// is deleted or erased.
type ID int64

// String returns the id in decimal.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// ParseID returns the user id in the text s. s must be a decimal number from 1 to
// 9223372036854775807 without a sign. ParseID returns 0 and an error for any other text.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseUint(s, 10, 63) // ParseUint refuses a sign
	if err != nil || n == 0 {
		return 0, errors.New("user: id must be a whole number from 1 to 9223372036854775807")
	}
	return ID(n), nil
}

// Revision is the number of commits of an account. The version of a user is the revision that
// last changed the user, so versions in one account never repeat and can be compared. 0 is the
// revision of an account without a commit.
type Revision uint64
