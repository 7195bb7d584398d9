package user

import (
	"errors"
	"strconv"
)

// AccountID names an account, the tenant that users, money and reference data belong to, and the unit of
// consistency: one operation touches one account. It is what LivePerson calls "LP site ID" and what stands in
// the paths of the other three vendors' hosts. 1 to 64 bytes of A-Z a-z 0-9 . _ -, compared by bytes;
// neither "." nor ".." nor with a leading "-" (validate.AccountID).
type AccountID string

// ID identifies a user inside his account. Valid ids are positive ("Positive long number greater than zero",
// LivePerson); 0 means "none". An id is never given twice, not even after a user was deleted or erased.
type ID int64

// String returns the id in decimal.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// ParseID reads a positive decimal id, without a sign.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseUint(s, 10, 63) // ParseUint takes no sign
	if err != nil || n == 0 {
		return 0, errors.New("user: id must be a whole number from 1 to 9223372036854775807")
	}
	return ID(n), nil
}

// Revision counts the committed changes of one account. A user's version is the revision that last changed him,
// so that versions of one account never repeat and can be compared. 0 is the revision of an account that
// nothing was ever written to.
type Revision uint64
