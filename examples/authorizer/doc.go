// Package authorizer shows a contact center whose words are its own, and how a host decides by an
// engine of its choice.
//
// The center has roles (team_lead, quality_analyst), an action (recording.listen) and custom
// attributes (site, shift_start). Policy is its policy as rows of package permission. Casbin and
// Cedar are the same policy in two engines, each for several accounts: copy the file that you
// need.
//
// Whatever an engine allows, the front door keeps the rules about power (permission.EnsureGuarded).
package authorizer
