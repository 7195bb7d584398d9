package password

import "github.com/ca74b63c/roster/validate"

// LivePerson returns the policy of LivePerson's users API, where oldPassword and confirmPassword
// are "required only when a user updates their own password". It says nothing about which passwords
// are good, so combine it with a policy that does.
//
// If users change their own password, it requires the old password (Required at PathOld) and the
// confirmation (Required at PathConfirm). An administrator's reset and a new user need neither. A
// confirmation that differs is Mismatch at PathConfirm; for a reset this is assumed. An empty new
// password is Required at PathNew. Hasher.Verify checks whether the old password is right.
func LivePerson() Policy { return confirmed{} }

type confirmed struct{}

// Remembers returns 0.
func (confirmed) Remembers() int { return 0 }

func (confirmed) Check(c Candidate) error {
	if len(c.New) > MaxBytes {
		return tooLong()
	}
	var found validate.Collector
	found.Require(PathNew, c.New != "")
	if c.Own {
		found.Require(PathOld, c.Old != "")
		found.Require(PathConfirm, c.Confirm != "")
	}
	if c.Confirm != "" && c.Confirm != c.New {
		found.Add(validate.Problem{Path: PathConfirm, Code: validate.Mismatch})
	}
	return found.Err()
}
