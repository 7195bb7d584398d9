// Package voximplant speaks the Voximplant Management API's methods on users: AddUser, DelUser,
// GetUsers, SetUserInfo and TransferMoneyToUser. It is a translator over a roster.Directory and
// holds no rule of its own.
//
//	realm, err := vendorhttp.Seed(ctx, dir, seed) // accounts and keys
//	server := httptest.NewServer(voximplant.New(dir, realm, vendorhttp.Options{}))
//	resp, err := http.Get(server.URL + "/platform_api/GetUsers?account_id=1&api_key=demo&application_id=1")
//
// A method is called as /platform_api/METHOD, with or without a slash behind it, or as
// /platform_api with the parameter cmd; by GET, or by POST with the parameters in the query, in a
// form, in multipart parts (chunked or not) or in a JSON object. "" and 0 stand for a parameter
// that is not given.
//
// The caller is known by account_id, account_name or account_email and api_key, or as a service
// account by a token (RS256, header kid, claims iss, iat, exp) in the header Authorization.
// account_password and session_id are not taken. Either way the caller acts as the user of the
// directory that the key in the realm names: that user's roles are what "Available for roles" is
// compared with. The caller makes such a token with the key, so it is no sign-in: another password
// of the user does not end it, and a user who is disabled or deleted may do nothing.
//
// Every answer has status 200, errors too:
// {"error":{"msg":…,"code":…,"field_name":…},"errors":[…]}. Only what is no call at all has a
// status of its own, with the same body: 404 for another path, 405, 413, 415.
//
// Names are unique in the account, where the vendor's are unique in an application. There is no
// GetApplications and the like: applications, skills and queues are the directory's reference
// data.
package voximplant
