package permission

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// The rules that the package itself decides by. A policy's rows add rules of their own names, which only ever allow.
const (
	RuleSystem             = "system"                          // allowed: the actor is the host itself
	RuleUnknownAction      = "unknown-action"                  // what the request names can be no action
	RuleNoActor            = "no-actor"                        // the actor is neither a user nor a key
	RuleActorDeleted       = "actor-deleted"                   // Actor.Deleted
	RuleActorDisabled      = "actor-disabled"                  // Actor.Disabled
	RuleNotInPolicy        = "not-in-policy"                   // no row names the action: default deny
	RuleNoPermission       = "no-permission"                   // rows name the action, none the actor's roles or permissions
	RuleNotSelf            = "not-self"                        // a row allows it for the own user, and the target is another one
	RuleNotAUser           = "not-a-user"                      // a row allows it to users, and this is the account or all users
	RuleNotManagedGroup    = "not-managed-group"               // a row allows it in groups that the actor manages, and the target is in none
	RuleNotSame            = "not-same-value"                  // a row allows it to users with the actor's value of an attribute, and the target has another
	RuleTargetRole         = "target-role"                     // a row allows it, but not for a target with these roles
	RuleAttributeReadOnly  = "attribute-read-only"             // no row lets an actor write it this way; it can be read
	RuleAttributeWriteOnly = "attribute-write-only"            // no row lets an actor read it; it can be written
	RuleAttributeUnknown   = "attribute-not-in-policy"         // no row lets an actor do this to it
	RuleAttribute          = "attribute-no-permission"         // others may, the actor's rows do not reach it
	RuleGrant              = "grants-role-not-held"            // the write gives a role that the actor may not grant
	RuleTargetHolds        = "target-holds-role-not-grantable" // the target holds a role that the actor may not grant
	RuleTake               = "takes-role-not-grantable"        // the same, where the write takes power from the target
	RuleOwnAdmin           = "own-admin-role"                  // the write takes the role Admin from the actor's own user
	RuleOldPassword        = "old-password-required"           // one's own password is changed with the old one
	RuleNoAuthorizer       = "no-authorizer"                   // All or Any without members, or a nil member
	RuleFailed             = "authorizer-failed"               // Explain: an Authorizer returned an error that is no *Denied
	ruleAllowedElsewhere   = "allowed"                         // Explain: an Authorizer that gives no reasons allowed it
)

// ErrDenied is what errors.Is finds in every denial of this package.
var ErrDenied = errors.New("permission denied")

// Basis says how sure it is that the vendor's system has a rule. The zero value is Assumed, so that an assumption
// never looks like a fact.
type Basis uint8

// The bases.
const (
	Assumed    Basis = iota // the documents are silent: a ruling of this library
	Observed                // the vendor's other material or clients show it
	Documented              // a sentence of the vendor's document says it
)

// String returns "assumed", "observed" or "documented".
func (b Basis) String() string {
	switch b {
	case Documented:
		return "documented"
	case Observed:
		return "observed"
	default:
		return "assumed"
	}
}

// MarshalText writes the basis' name.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Reason says what decided a request.
type Reason struct {
	Action Action `json:"action"`
	Policy string `json:"policy"` // the policy's name
	Rule   string `json:"rule"`   // a Rule constant, or the name of the row that allowed it

	// Need says in words what would have allowed it, or does.
	Need string `json:"need,omitempty"`

	// Source is the sentence that the rule comes from, and Basis how sure it is.
	Source string `json:"source,omitempty"`
	Basis  Basis  `json:"basis"`

	// Scoped says that the actor may do the action to other targets: to its own user, to members of
	// groups that it manages, to users with fewer roles. A list is then limited to the users within
	// reach and not refused.
	Scoped bool `json:"scoped,omitempty"`

	Attributes user.Attributes `json:"attributes,omitempty"` // those refused
	Roles      user.Roles      `json:"roles,omitzero"`       // those not granted, not taken, or out of reach
}

// String returns the reason in one line.
func (r Reason) String() string {
	var b strings.Builder
	action := r.Action.String()
	if !r.Action.Valid() {
		action = fmt.Sprintf("%.40q", action)
	}
	b.WriteString(action + ": rule " + r.Rule)
	if r.Policy != "" {
		b.WriteString(" of " + r.Policy)
	}
	if r.Attributes != 0 {
		b.WriteString(", attributes " + r.Attributes.String())
	}
	if !r.Roles.IsZero() {
		b.WriteString(", roles " + r.Roles.String())
	}
	if r.Need != "" {
		b.WriteString("; needs " + r.Need)
	}
	return b.String()
}

// Denied is the error of a refused request. errors.As finds it, and errors.Is(err, ErrDenied) holds.
type Denied struct{ Reason }

// Error returns the reason in one line. It names roles, permissions and attributes, never their values.
func (d *Denied) Error() string {
	if d == nil {
		return ErrDenied.Error()
	}
	return "permission denied: " + d.Reason.String()
}

// Is makes errors.Is(err, ErrDenied) hold.
func (d *Denied) Is(target error) bool { return target == ErrDenied }

// AboutActor reports whether the actor was refused for what he is, before anybody looked at what he asks for: he may do
// nothing at all, whatever it is.
func (r Reason) AboutActor() bool {
	switch r.Rule {
	case RuleNoActor, RuleActorDeleted, RuleActorDisabled, RuleNoAuthorizer:
		return true
	}
	return false
}

// AboutPower reports whether the actor was refused because the target holds, or would hold, a role
// that the actor may not grant. A write that changes nothing needs no such right.
func (r Reason) AboutPower() bool {
	switch r.Rule {
	case RuleGrant, RuleTargetHolds, RuleTake:
		return true
	}
	return false
}

// Explanation is a decision and what made it.
type Explanation struct {
	Allowed bool `json:"allowed"`
	Reason
}

// String returns the decision and its reason in one line.
func (e Explanation) String() string {
	if e.Allowed {
		return "allowed " + e.Reason.String()
	}
	return "denied " + e.Reason.String()
}
