package permission

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// The rules of this package itself. The rows of a policy have rules of their own names, which
// only allow.
const (
	RuleSystem             = "system"                          // allowed: the actor is Actor.System
	RuleUnknownAction      = "unknown-action"                  // the name of the action is not valid
	RuleNoActor            = "no-actor"                        // the actor is neither a user nor a key
	RuleActorDeleted       = "actor-deleted"                   // Actor.Deleted
	RuleActorDisabled      = "actor-disabled"                  // Actor.Disabled
	RuleNotInPolicy        = "not-in-policy"                   // no row names the action: default deny
	RuleNoPermission       = "no-permission"                   // no row that names the action is for the actor
	RuleNotSelf            = "not-self"                        // a row allows it for the own user only
	RuleNotAUser           = "not-a-user"                      // a row allows it for users only, and there is no target
	RuleNotManagedGroup    = "not-managed-group"               // a row allows it in agent groups that the actor manages
	RuleNotSame            = "not-same-value"                  // a row allows it for users that share a value with the actor
	RuleTargetRole         = "target-role"                     // a row allows it, but not for a target with these roles
	RuleAttributeReadOnly  = "attribute-read-only"             // no row lets an actor write the attribute so
	RuleAttributeWriteOnly = "attribute-write-only"            // no row lets an actor read the attribute
	RuleAttributeUnknown   = "attribute-not-in-policy"         // no row has the attribute for this action
	RuleAttribute          = "attribute-no-permission"         // only rows of other actors have the attribute
	RuleOwnReach           = "chooses-own-reach"               // the write changes which users the actor's rows reach
	RuleGrant              = "grants-role-not-held"            // the write gives a role that the actor may not grant
	RuleTargetHolds        = "target-holds-role-not-grantable" // the target holds a role that the actor may not grant
	RuleTake               = "takes-role-not-grantable"        // the write takes power from such a target
	RuleOwnAdmin           = "own-admin-role"                  // the write takes the role Admin from the actor's own user
	RuleOldPassword        = "old-password-required"           // to change the own password needs the old one
	RuleNoAuthorizer       = "no-authorizer"                   // All or Any without members, or a nil member
	RuleFailed             = "authorizer-failed"               // Explain: an Authorizer returned another error than *Denied
	ruleAllowedElsewhere   = "allowed"                         // Explain: an Authorizer without reasons allowed it
)

// ErrDenied is the error that every denial is under errors.Is.
var ErrDenied = errors.New("permission denied")

// Basis says how certain a rule of a vendor is. The zero value is Assumed, so an assumption never
// looks like a fact.
type Basis uint8

// The bases.
const (
	Assumed    Basis = iota // the documents do not say; an assumption of this package
	Observed                // other material or clients of the vendor show it
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

// MarshalText returns the name.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Reason is the reason of a decision.
type Reason struct {
	Action Action `json:"action"`
	Policy string `json:"policy"` // the policy's name
	Rule   string `json:"rule"`   // a constant, or the name of the row that allowed the request

	// Need says in words what would have allowed the request, or allows it.
	Need string `json:"need,omitempty"`

	// Source is the sentence that the rule comes from. Basis says how certain the rule is.
	Source string `json:"source,omitempty"`
	Basis  Basis  `json:"basis"`

	// Scoped says that the actor may do the action to other targets, such as the own user or
	// members of managed groups. A list is then limited to these users and not denied.
	Scoped bool `json:"scoped,omitempty"`

	Attributes user.Attributes `json:"attributes,omitempty"` // the refused attributes
	Roles      user.Roles      `json:"roles,omitzero"`       // the roles that the rule is about
}

// String returns the reason as one line.
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

// Denied is the error of a denied request. errors.Is(err, ErrDenied) is true.
type Denied struct{ Reason }

// Error returns the reason as one line. It names roles, permissions and attributes, but no
// values.
func (d *Denied) Error() string {
	if d == nil {
		return ErrDenied.Error()
	}
	return "permission denied: " + d.Reason.String()
}

// Is reports whether target is ErrDenied.
func (d *Denied) Is(target error) bool { return target == ErrDenied }

// AboutActor reports whether the actor may do nothing at all: it is missing, deleted or disabled.
func (r Reason) AboutActor() bool {
	switch r.Rule {
	case RuleNoActor, RuleActorDeleted, RuleActorDisabled, RuleNoAuthorizer:
		return true
	}
	return false
}

// AboutPower reports whether the request was denied because the target has, or would get, a role
// that the actor may not grant. A write that changes nothing needs no such right.
func (r Reason) AboutPower() bool {
	switch r.Rule {
	case RuleGrant, RuleTargetHolds, RuleTake:
		return true
	}
	return false
}

// Explanation is a decision with its reason.
type Explanation struct {
	Allowed bool `json:"allowed"`
	Reason
}

// String returns the decision and its reason as one line.
func (e Explanation) String() string {
	if e.Allowed {
		return "allowed " + e.Reason.String()
	}
	return "denied " + e.Reason.String()
}
