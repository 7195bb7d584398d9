package password

import "github.com/ca74b63c/roster/validate"

// LivePerson is the policy of a change through its users API, where oldPassword and
// confirmPassword are "required only when a user updates their own password". Its document says
// nothing about which passwords are good: combine it with a policy that does.
//
// For users' own change: Required at PathOld and PathConfirm for what is missing or empty,
// Mismatch at PathConfirm for a confirmation that differs. For an administrator's reset and a new
// user neither is needed; a confirmation that is given and not empty is compared all the same
// (assumed). An empty new password is Required at PathNew. Whether the old password is right is
// found by Hasher.Verify.
func LivePerson() Policy { return confirmed{} }

type confirmed struct{}

// Remembers returns 0.
func (confirmed) Remembers() int { return 0 }

func (confirmed) Check(c Candidate) error {
	if len(c.New) > MaxBytes {
		return tooLong()
	}
	hasConfirm := c.HasConfirm && c.Confirm != ""
	var found validate.Collector
	found.Require(PathNew, c.New != "")
	if c.Own {
		found.Require(PathOld, c.HasOld && c.Old != "")
		found.Require(PathConfirm, hasConfirm)
	}
	if hasConfirm && c.Confirm != c.New {
		found.Add(validate.Problem{Path: PathConfirm, Code: validate.Mismatch})
	}
	return found.Err()
}
