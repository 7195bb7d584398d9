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
// For a user to add, a missing disabledManually means the opposite of isEnabled. For a user to
// change, the caller must complete a missing disabledManually and an empty full name from the
// stored user: see the fields setsManually and keepsFullName. readEntity adds a problem to the
// reader for each missing required member, wrong value and unknown member, and for a password that
// the policy refuses. If there is a problem, the caller must not use the result.
func (c *call) readEntity(reader *vendorhttp.Reader, f purpose) entity {
	adds := f == toAdd
	reader.Takes(userRows)
	reader.RequireAll()
	e := entity{id: readID(reader, f)}
	u := &e.user
	readOnly(reader, "deleted", "lastPwdChangeDate", "dateUpdated")
	readIdentity(reader, u)
	e.keepsFullName = u.Names.Full == ""
	enabled := true
	if on, ok := reader.Bool("isEnabled"); ok {
		enabled = on
	}
	u.Access.Disabled = !enabled
	u.Access.DisabledManually, e.setsManually = reader.Bool("disabledManually")
	if adds && !e.setsManually {
		u.Access.DisabledManually = u.Access.Disabled // "automatically be set to the opposite of isEnabled"
	}
	readCapacity(reader, u)
	c.readAccess(reader, u)
	c.readPassword(reader, &e, adds)
	for i := range ignoredRows {
		reader.Has(ignoredRows[i].Name)
	}
	reader.Unknown()
	patch := user.Replacement(e.user)
	mergeProblems(reader, patch.Check(validate.Documented), passwordField)
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
// readID adds problems to the reader. If there is a problem, the caller must not use the result.
func readID(reader *vendorhttp.Reader, f purpose) user.ID {
	if f == toAdd {
		readOnly(reader, "id")
		return 0
	}
	id, ok := reader.Int("id")
	switch {
	case ok && f == toChange:
		positive(reader, "id", id)
		return user.ID(id)
	case ok && purpose(id) != f:
		reader.Problem("id", validate.Mismatch)
	case f == toChange && (!reader.Has("id") || reader.Null("id")):
		reader.Problem("id", validate.Required)
	}
	return user.ID(f)
}

func readIdentity(reader *vendorhttp.Reader, u *user.User) {
	u.Identity.Login, _ = reader.Text("loginName") // the domain requires a login
	u.Names.Display = nonEmptyText(reader, "nickname")
	u.Contact.Email = nonEmptyText(reader, "email")
	u.Names.Full, _ = reader.Text("fullName") // the vendor's example has ""
	u.Identity.PID, _ = reader.Text("pid")
	u.Identity.EmployeeID, _ = reader.Text("employeeId")
	u.Identity.Description, _ = reader.Text("description")
	u.Identity.APIUser, _ = reader.Bool("isApiUser")
	if n, ok := reader.Int("userTypeId", "userType"); ok {
		kind, known := user.KindByNumber(int(n))
		if !known || int64(int(n)) != n {
			reader.Problem("userTypeId", validate.Unknown)
		}
		u.Identity.Kind = kind
	}
	u.Contact.Mobile, _ = reader.Text("mobileNumber")
	u.Contact.PictureID, _ = reader.Text("pictureId")
	u.Contact.PictureURL, _ = reader.Text("pictureUrl")
	u.Contact.BackgroundURI, _ = reader.Text("backgndImgUri")
	u.Contact.MobileApp, _ = reader.Text("pnCertName")
	u.Credentials.ChangeNextLogin, _ = reader.Bool("changePwdNextLogin")
}

func readCapacity(reader *vendorhttp.Reader, u *user.User) {
	u.Capacity.MaxChats, _ = count(reader, "maxChats")
	if n, ok := count(reader, "maxAsyncChats"); ok {
		u.Capacity.MaxAsyncChats = user.Some(n)
	}
	u.Capacity.Skills, _ = idsOf[user.SkillID](reader, "skillIds")
	if group, ok := reader.Object("memberOf"); ok {
		u.Capacity.MemberOf.Group = readGroup(group)
	}
	if groups, ok := reader.Objects("managerOf"); ok {
		list := make([]user.Assignment, len(groups))
		for i, group := range groups {
			list[i].Group = readGroup(group)
		}
		u.Management.ManagerOf = user.ListOf(list...)
	}
}

// readGroup reads the object of an agent group and returns its agentGroupId: "An object with the
// properties agentGroupId (number) and assignmentDate (date, read only)". It returns 0 if
// agentGroupId is missing or is not a positive whole number. It adds a problem to the reader for
// a missing required member, a wrong value and an unknown member. assignmentDate is ignored, but a
// list or an object is a problem.
func readGroup(reader *vendorhttp.Reader) user.GroupID {
	readOnly(reader, "assignmentDate")
	reader.RequireAll()
	id, ok := reader.Int("agentGroupId")
	if ok && !positive(reader, "agentGroupId", id) {
		id = 0
	}
	reader.Unknown()
	return user.GroupID(id)
}

func (c *call) readAccess(reader *vendorhttp.Reader, u *user.User) {
	var ok bool
	if u.Access.Profiles, ok = idsOf[user.ProfileID](reader, "profileIds"); ok && u.Access.Profiles.IsZero() {
		reader.Problem("profileIds", validate.Required)
	}
	u.Access.PermissionGroups, _ = idsOf[user.PermissionGroupID](reader, "permissionGroups")
	u.Access.LinesOfBusiness, _ = idsOf[user.LineOfBusinessID](reader, "lobIds")
	u.Access.AllowedAppKeys, _ = reader.Text("allowedAppKeys")
	if u.Identity.APIUser && u.Access.AllowedAppKeys == "" {
		reader.Problem("allowedAppKeys", validate.Required)
	}
	client, given := reader.Value("oauth2ClientId")
	switch {
	case c.version >= oauthVersion:
		u.Access.OAuth2ClientID, _ = reader.Text("oauth2ClientId")
	case given && !isEmpty(client): // this version of the API does not have the member
		reader.Problem("oauth2ClientId", validate.Unknown)
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
// All problems are added to the reader.
func (c *call) readPassword(reader *vendorhttp.Reader, e *entity, adds bool) {
	if reader.Null(passwordField) || !reader.Has(passwordField) {
		if adds && !e.user.Identity.APIUser { // "A User which is created as an API User doesn't have a password"
			reader.Problem(passwordField, validate.Required)
		}
		reader.Text("oldPassword")
		reader.Text("confirmPassword")
		return
	}
	n := readNewPassword(reader, passwordField)
	if adds && e.user.Identity.APIUser {
		reader.Problem(passwordField, validate.Forbidden)
		return
	}
	e.password = &n
	u := &e.user
	c.checkPassword(reader, n, passwordField, password.Candidate{
		Own: !adds && c.who == e.id && e.id != 0, Login: u.Identity.Login, Display: u.Names.Display, Email: u.Contact.Email,
		Context: []string{u.Names.Full},
	})
}

// readNewPassword returns the new password in the member with the given name, and the texts of the
// members oldPassword and confirmPassword. It takes a number as a text. A missing or null member
// gives the empty text. A boolean, a list or an object also gives the empty text, and
// readNewPassword adds a problem to the reader. The field HasOld of the result is true if
// oldPassword is a text, even an empty one, or a number.
func readNewPassword(reader *vendorhttp.Reader, name string) (n roster.PasswordChange) {
	plain, _ := reader.Text(name)
	old, hasOld := reader.Text("oldPassword")
	confirm, _ := reader.Text("confirmPassword")
	return roster.PasswordChange{
		New: roster.PasswordOf(plain), Old: roster.PasswordOf(old), Confirm: roster.PasswordOf(confirm),
		HasOld: hasOld,
	}
}

// checkPassword checks the new password in n by the password policy, and adds the problems to the
// reader, so that the client gets them together with the other problems. name is the member of
// the body with the new password. candidate contains what the policy must know about the user, such
// as the login. checkPassword does not set the password. The directory checks the password again
// when it sets it.
func (c *call) checkPassword(reader *vendorhttp.Reader, n roster.PasswordChange, name string, candidate password.Candidate) {
	candidate.New, candidate.Old, candidate.Confirm = n.New.Reveal(), n.Old.Reveal(), n.Confirm.Reveal()
	mergeProblems(reader, c.a.passwords.Check(candidate), name)
}

// nonEmptyText returns the text in the member with the given name. A number is returned as it is
// written. If the member is missing or null, the result is "" without a problem. nonEmptyText adds
// the problem Required to the reader if the text is empty, and the problem Invalid if the value
// is a boolean, a list or an object.
func nonEmptyText(reader *vendorhttp.Reader, name string) string {
	s, ok := reader.Text(name)
	if ok && s == "" {
		reader.Problem(name, validate.Required)
	}
	return s
}

// readOnly marks the members with the given names as read and ignores their values, because the
// caller cannot set them. It adds a problem only for a list or an object. A text need not have the
// form of a date, because the vendor's example has "year-month-date hrs:min:sec" for a date.
func readOnly(reader *vendorhttp.Reader, names ...string) {
	for _, name := range names {
		if v, ok := reader.Value(name); ok && (v.Kind == vendorhttp.List || v.Kind == vendorhttp.Object) {
			reader.Problem(name, validate.Invalid)
		}
	}
}

// count returns the whole number in the member with the given name. It returns false if the member
// is missing or null. It returns false and adds a problem to the reader if the value is not a
// whole number, or does not fit an int.
func count(reader *vendorhttp.Reader, name string) (int, bool) {
	n, ok := reader.Int(name)
	if ok && int64(int(n)) != n {
		reader.Problem(name, validate.OutOfRange)
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
func positive(reader *vendorhttp.Reader, name string, id int64) bool {
	return reader.Problems().Range(reader.Path(name), id, 1, 1<<63-1)
}

// idsOf returns the ids in the member with the given name as a set. The value may be a list, a
// number, or a text with commas between the numbers. An empty text is the empty set. idsOf returns
// false if the member is missing or null. It returns false and adds a problem to the reader for
// any other value, and for an element that is not a whole number. The domain checks that the ids
// are positive.
func idsOf[T ~int64](reader *vendorhttp.Reader, name string) (user.IDSet[T], bool) {
	list, ok := reader.Ints(",", name)
	if !ok {
		return user.IDSet[T]{}, false
	}
	ids := make([]T, len(list))
	for i, id := range list {
		ids[i] = T(id)
	}
	return user.IDSetOf(ids...), true
}
