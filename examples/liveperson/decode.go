package liveperson

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// entity is the user that a body describes.
type entity struct {
	id       user.ID // 0 for a user to add
	user     user.User
	password *roster.PasswordChange // nil if the body has no password

	keepsFullName bool // the body has an empty fullName, as replies have
	setsManually  bool // the body has disabledManually
}

// passwordField is the name of the password in a user's body.
const passwordField = "passwordSh"

// readEntity reads the body of a request that adds or replaces a user, and returns the user, the id
// and the new password. The parameter f says what the body is for: toAdd to add a user, toChange to
// change a user of a list, or the id in the path of the request. A missing isEnabled means true.
// For a user to add, a missing disabledManually means the opposite of isEnabled. readEntity does
// not compare the body with the stored user. It adds a problem to the reader in for each missing
// required member, wrong value and unknown member, and for a password that the policy refuses. If
// there is a problem, the caller must not use the result.
func (c *call) readEntity(in *vendorhttp.Reader, f purpose) entity {
	adds := f == toAdd
	in.Takes(userRows)
	in.RequireAll()
	e := entity{id: readID(in, f)}
	u := &e.user
	readOnly(in, "deleted", "lastPwdChangeDate", "dateUpdated")
	readIdentity(in, u)
	e.keepsFullName = u.Names.Full == ""
	enabled := true
	if on, ok := in.Bool("isEnabled"); ok {
		enabled = on
	}
	u.Access.Disabled = !enabled
	u.Access.DisabledManually, e.setsManually = in.Bool("disabledManually")
	if adds && !e.setsManually {
		u.Access.DisabledManually = u.Access.Disabled // "automatically be set to the opposite of isEnabled"
	}
	readCapacity(in, u)
	c.readAccess(in, u)
	c.readPassword(in, &e, adds)
	for i := range ignoredRows {
		in.Has(ignoredRows[i].Name)
	}
	in.Unknown()
	patch := user.Replacement(e.user)
	mergeProblems(in, patch.Check(validate.Documented), passwordField)
	return e
}

// purpose is the reason for reading a body: to add a user, to change a user of a list, or to change
// the user with this id.
type purpose user.ID

const (
	toAdd    purpose = -1
	toChange purpose = 0
)

// readID reads the member id of the body, "Required only on update", and returns the id of the
// user. The parameter f is the purpose of the body.
//
//   - To add a user, readID ignores the member and returns 0. A list or an object is a problem.
//   - To change a user of a list, readID returns the id in the member, which is required.
//   - If the path of the request names the user, readID returns the id of the path. The member may
//     be missing, but a different id is a problem.
//
// readID adds problems to the reader in. If there is a problem, the caller must not use the result.
func readID(in *vendorhttp.Reader, f purpose) user.ID {
	if f == toAdd {
		readOnly(in, "id")
		return 0
	}
	id, ok := in.Int("id")
	switch {
	case ok && f == toChange:
		positive(in, "id", id)
		return user.ID(id)
	case ok && purpose(id) != f:
		in.Problem("id", validate.Mismatch)
	case f == toChange && (!in.Has("id") || in.Null("id")):
		in.Problem("id", validate.Required)
	}
	return user.ID(f)
}

func readIdentity(in *vendorhttp.Reader, u *user.User) {
	u.Identity.Login, _ = in.Text("loginName") // the domain requires a login
	u.Names.Display = nonEmptyText(in, "nickname")
	u.Contact.Email = nonEmptyText(in, "email")
	u.Names.Full, _ = in.Text("fullName") // the vendor's example has ""
	u.Identity.PID, _ = in.Text("pid")
	u.Identity.EmployeeID, _ = in.Text("employeeId")
	u.Identity.Description, _ = in.Text("description")
	u.Identity.APIUser, _ = in.Bool("isApiUser")
	if n, ok := in.Int("userTypeId", "userType"); ok {
		kind, known := user.KindByNumber(int(n))
		if !known || int64(int(n)) != n {
			in.Problem("userTypeId", validate.Unknown)
		}
		u.Identity.Kind = kind
	}
	u.Contact.Mobile, _ = in.Text("mobileNumber")
	u.Contact.PictureID, _ = in.Text("pictureId")
	u.Contact.PictureURL, _ = in.Text("pictureUrl")
	u.Contact.BackgroundURI, _ = in.Text("backgndImgUri")
	u.Contact.MobileApp, _ = in.Text("pnCertName")
	u.Credentials.ChangeNextLogin, _ = in.Bool("changePwdNextLogin")
}

func readCapacity(in *vendorhttp.Reader, u *user.User) {
	u.Capacity.MaxChats, _ = count(in, "maxChats")
	if n, ok := count(in, "maxAsyncChats"); ok {
		u.Capacity.MaxAsyncChats = user.Some(n)
	}
	u.Capacity.Skills, _ = idsOf[user.SkillID](in, "skillIds")
	if group, ok := in.Object("memberOf"); ok {
		u.Capacity.MemberOf.Group = readGroup(group)
	}
	if groups, ok := in.Objects("managerOf"); ok {
		list := make([]user.Assignment, len(groups))
		for i, group := range groups {
			list[i].Group = readGroup(group)
		}
		u.Management.ManagerOf = user.ListOf(list...)
	}
}

// readGroup reads the object of an agent group and returns its agentGroupId: "An object with the
// properties agentGroupId (number) and assignmentDate (date, read only)". It returns 0 if
// agentGroupId is missing or is not a positive whole number. It adds a problem to the reader in for
// a missing required member, a wrong value and an unknown member. assignmentDate is ignored, but a
// list or an object is a problem.
func readGroup(in *vendorhttp.Reader) user.GroupID {
	readOnly(in, "assignmentDate")
	in.RequireAll()
	id, ok := in.Int("agentGroupId")
	if ok && !positive(in, "agentGroupId", id) {
		id = 0
	}
	in.Unknown()
	return user.GroupID(id)
}

func (c *call) readAccess(in *vendorhttp.Reader, u *user.User) {
	var ok bool
	if u.Access.Profiles, ok = idsOf[user.ProfileID](in, "profileIds"); ok && u.Access.Profiles.IsZero() {
		in.Problem("profileIds", validate.Required)
	}
	u.Access.PermissionGroups, _ = idsOf[user.PermissionGroupID](in, "permissionGroups")
	u.Access.LinesOfBusiness, _ = idsOf[user.LineOfBusinessID](in, "lobIds")
	u.Access.AllowedAppKeys, _ = in.Text("allowedAppKeys")
	if u.Identity.APIUser && u.Access.AllowedAppKeys == "" {
		in.Problem("allowedAppKeys", validate.Required)
	}
	client, given := in.Value("oauth2ClientId")
	switch {
	case c.version >= oauthVersion:
		u.Access.OAuth2ClientID, _ = in.Text("oauth2ClientId")
	case given && !isEmpty(client): // this version of the API does not have the member
		in.Problem("oauth2ClientId", validate.Unknown)
	}
}

// readPassword reads the new password passwordSh ("Required only on add. On edit, to update a
// password, change passwordSh else — send null."), and oldPassword and confirmPassword, into
// e.password. The parameter adds is true if the request adds the user.
//
//   - If passwordSh is missing or null, e.password stays nil. This is a problem if the request
//     adds a user that is not an API user.
//   - If the request adds an API user, a password is a problem, and e.password stays nil.
//   - In any other case readPassword sets e.password and checks the new password by the policy.
//
// All problems are added to the reader in.
func (c *call) readPassword(in *vendorhttp.Reader, e *entity, adds bool) {
	if in.Null(passwordField) || !in.Has(passwordField) {
		if adds && !e.user.Identity.APIUser { // "A User which is created as an API User doesn't have a password"
			in.Problem(passwordField, validate.Required)
		}
		in.Text("oldPassword")
		in.Text("confirmPassword")
		return
	}
	n := readNewPassword(in, passwordField)
	if adds && e.user.Identity.APIUser {
		in.Problem(passwordField, validate.Forbidden)
		return
	}
	e.password = &n
	u := &e.user
	c.checkPassword(in, n, passwordField, password.Candidate{
		Own: !adds && c.who == e.id && e.id != 0, Login: u.Identity.Login, Display: u.Names.Display, Email: u.Contact.Email,
		Context: []string{u.Names.Full},
	})
}

// readNewPassword returns the new password in the member with the given name, and the texts of the
// members oldPassword and confirmPassword. It takes a number as a text. A missing or null member
// gives the empty text. A boolean, a list or an object also gives the empty text, and
// readNewPassword adds a problem to the reader in. The field HasOld of the result is true if
// oldPassword is a text, even an empty one, or a number.
func readNewPassword(in *vendorhttp.Reader, name string) (n roster.PasswordChange) {
	plain, _ := in.Text(name)
	old, hasOld := in.Text("oldPassword")
	confirm, _ := in.Text("confirmPassword")
	return roster.PasswordChange{
		New: roster.PasswordOf(plain), Old: roster.PasswordOf(old), Confirm: roster.PasswordOf(confirm),
		HasOld: hasOld,
	}
}

// checkPassword checks the new password in n by the password policy, and adds the problems to the
// reader in, so that the client gets them together with the other problems. name is the member of
// the body with the new password. candidate contains what the policy must know about the user, such
// as the login. checkPassword does not set the password. The directory checks the password again
// when it sets it.
func (c *call) checkPassword(in *vendorhttp.Reader, n roster.PasswordChange, name string, candidate password.Candidate) {
	candidate.New, candidate.Old, candidate.Confirm = n.New.Reveal(), n.Old.Reveal(), n.Confirm.Reveal()
	mergeProblems(in, c.a.passwords.Check(candidate), name)
}

// nonEmptyText returns the text in the member with the given name. A number is returned as it is
// written. If the member is missing or null, the result is "" without a problem. nonEmptyText adds
// the problem Required to the reader in if the text is empty, and the problem Invalid if the value
// is a boolean, a list or an object.
func nonEmptyText(in *vendorhttp.Reader, name string) string {
	s, ok := in.Text(name)
	if ok && s == "" {
		in.Problem(name, validate.Required)
	}
	return s
}

// readOnly marks the members with the given names as read and ignores their values, because the
// caller cannot set them. It adds a problem only for a list or an object. A text need not have the
// form of a date, because the vendor's example has "year-month-date hrs:min:sec" for a date.
func readOnly(in *vendorhttp.Reader, names ...string) {
	for _, name := range names {
		if v, ok := in.Value(name); ok && (v.Kind == vendorhttp.List || v.Kind == vendorhttp.Object) {
			in.Problem(name, validate.Invalid)
		}
	}
}

// count returns the whole number in the member with the given name. It returns false if the member
// is missing or null. It returns false and adds a problem to the reader in if the value is not a
// whole number, or does not fit an int.
func count(in *vendorhttp.Reader, name string) (int, bool) {
	n, ok := in.Int(name)
	if ok && int64(int(n)) != n {
		in.Problem(name, validate.OutOfRange)
		return 0, false
	}
	return int(n), ok
}

// isEmpty reports whether a value means the same as a missing one: null, an empty text, an empty
// list or an empty object.
func isEmpty(v vendorhttp.Value) bool {
	return v.Kind == vendorhttp.Null || v.Kind != vendorhttp.Number && v.Kind != vendorhttp.Bool && v.Text == "" && len(v.Items) == 0
}

// positive reports whether the id is a "Positive long number greater than zero". If not, it adds a
// problem at the member with the name.
func positive(in *vendorhttp.Reader, name string, id int64) bool {
	return in.Problems().Range(in.Path(name), id, 1, 1<<63-1)
}

// idsOf returns the ids in the member with the given name as a set. The value may be a list, a
// number, or a text with commas between the numbers. An empty text is the empty set. idsOf returns
// false if the member is missing or null. It returns false and adds a problem to the reader in for
// any other value, and for an element that is not a whole number. The domain checks that the ids
// are positive.
func idsOf[T ~int64](in *vendorhttp.Reader, name string) (user.IDSet[T], bool) {
	list, ok := in.Ints(",", name)
	if !ok {
		return user.IDSet[T]{}, false
	}
	ids := make([]T, len(list))
	for i, id := range list {
		ids[i] = T(id)
	}
	return user.IDSetOf(ids...), true
}
