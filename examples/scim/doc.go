// Package scim serves the users and groups of a directory to identity providers by SCIM 2.0 (RFC
// 7643, RFC 7644, and cursors by RFC 9865). The package contains no rules about users. The policy
// decides what a caller may do, and the directory decides what a change resets.
//
//	credentials := vendorhttp.NewCredentials()
//	err := credentials.AddKey(vendorhttp.Key{
//		Vendor: scim.SCIM, Secret: roster.PasswordOf("a long random token"), Account: "acme", User: 1,
//	})
//	server := httptest.NewServer(scim.New(dir, credentials, scim.Options{}))
//
// A request has the header Authorization with a bearer token. The token is the secret of a key of
// an account. The request acts as the user of the key.
//
// # Resources
//
// A User is a user of the account. userName is the login, externalId is the employee id, active
// means that the user is enabled, and password is write-only. A user has at most one e-mail
// address, of the type work, and one telephone number of each of the types work and mobile.
// Attributes that SCIM does not have are in the extension
// urn:ietf:params:scim:schemas:extension:roster:2.0:User, with the custom attributes of the account
// under "custom". If a change of "roles" removes a role, the same write resets the attributes that
// depend on this role.
//
// The attributes of the enterprise extension are stored in the custom attributes employee_number,
// cost_center, organization, division, department and manager, if the account has these attributes
// with the type text or choice.
//
// A Group is a group of the account. A user may be in any number of groups. The one group in which
// a user works is not a Group; it is the attribute memberOf of the extension.
//
// GET /Schemas describes the attributes that the account stores. The server accepts and ignores
// some other attributes that identity providers send, and the reply does not contain them: RFC 7644
// section 3.3 says that "the server is free to alter and/or ignore POSTed content". The ignored
// attributes are:
//
//   - title, nickName, profileUrl, userType, locale, timezone, addresses, ims, photos,
//     entitlements and x509Certificates
//   - the parts of a name other than givenName and familyName
//   - e-mail addresses and telephone numbers of other types
//   - attributes of the enterprise extension for which the account has no custom attribute
//
// Any other attribute is an error.
//
// A PUT clears the attributes that its body does not contain, as RFC 7644 section 3.5.1 allows. But
// it keeps the password, "active", "roles" and whole extensions, because a provider may not know
// them.
//
// # Differences from the standards
//
// Entity tags are weak, and If-Match compares them weakly, as in the examples of RFC 7644 section
// 3.14. RFC 9110 section 13.1.1 requires a strong comparison, but then a weak tag never matches.
//
// A PATCH of a group changes the members and then the name, in separate transactions, and more than
// 1,000 members in several transactions. Errors that can be found before the first write change
// nothing.
//
// The server accepts the filter emails[type eq "work"].value eq "ann@example.com", which Entra
// sends, although the grammar of RFC 7644 does not allow it.
package scim
