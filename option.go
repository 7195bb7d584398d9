package roster

import "github.com/ca74b63c/roster/user"

// CallOption is an option of one call that creates or changes users. Every CommonOption is a
// CallOption.
type CallOption interface{ applyCall(*call) }

// CommonOption is an option of any writing call except DeleteAccount, which takes none. Calls about
// money, reference data and the account take only these.
type CommonOption interface {
	CallOption
	common()
}

// callOption is an option of a call. The type that its constructor returns, CallOption or
// CommonOption, says which calls take the option.
type callOption func(*call)

func (o callOption) applyCall(c *call) { o(c) }
func (callOption) common()             {}

// IfVersion makes the call return ErrStale if the version of its target is not v. A call with
// several targets checks each of them. A user or account that does not exist yet has version 0, and
// so has the target of a transfer, of RefreshTab and of CompactChanges. For a Reserve that chooses
// the user, the chosen user is the target.
func IfVersion(v user.Revision) CommonOption {
	return callOption(func(c *call) { c.version = &v })
}

// IfRevision makes the call return ErrStale if the revision of the account is not r, that is, if
// anything in the account changed since.
func IfRevision(r user.Revision) CommonOption {
	return callOption(func(c *call) { c.revision = &r })
}

// IfUnchangedSince makes the call return ErrStale if the configuration (user.Configuration) of a
// target changed after revision r. Changes of other attributes and of other users do not matter. A
// user that the call creates counts as unchanged.
//
// r must come from Handle.ConfigRevision, Page.ConfigRevision or Result.ConfigRevision. The call
// also returns ErrStale if r is greater than the ConfigRevision of the account. So the Revision
// of the account cannot be used: it also counts changes of presence, preferences and money.
func IfUnchangedSince(r user.Revision) CallOption {
	return callOption(func(c *call) { c.since = &r })
}

// WithReason records a reason with the change, for the readers of the history. It has at most 500
// characters.
func WithReason(reason string) CommonOption {
	return callOption(func(c *call) { c.reason = reason })
}

// DryRun makes the call return its result or its error, and commit nothing.
func DryRun() CommonOption { return callOption(func(c *call) { c.dry = true }) }

// WithPrecondition runs condition for each user that the call creates, changes, deletes, erases or
// restores, or whose activation mail it requests. condition runs inside the transaction, after the
// permission, the version and the rules, and before the write. It also runs if the rules leave a
// named user unchanged. A non-nil error aborts the call, which returns it. CodeOf of an error of
// the host is CodeInternal, and ProblemOf hides its text, unless it wraps an error of this module
// such as permission.ErrDenied. condition may run more than once and must be pure.
//
// before is the stored user, or the zero User if the call creates the user. after is the user as
// the rules change it, without what the write adds: the new version, a new password, and the id
// of a new user unless the caller chose the id.
func WithPrecondition(condition func(before, after user.User) error) CallOption {
	return callOption(func(c *call) { c.condition = condition })
}
