package validate

import "testing"

// holes are the places where a vendor's expression does not say what it means. Each value is
// judged from both sides.
var holes = []struct {
	hole       string
	rule       Rule
	value      string
	documented bool
	strict     bool
}{
	{"query: ^ binds the first alternative only", OmnideskQuery, "a<script>", true, false},
	{"query: a user name is meant to pass", OmnideskQuery, "jan.devries", true, true},
	{"query: a user name is meant to pass", OmnideskQuery, "jan-2", true, true},
	{"query: a user name is meant to pass", OmnideskQuery, "jan_2", true, true},
	{"query: the letter takes a user name by its first character", OmnideskQuery, "-jan", false, true},
	{"query: ^ binds the first alternative only", OmnideskQuery, "jan;drop", true, false},
	{"query: ^ binds the first alternative only", OmnideskQuery, "a\x00b", true, false},
	{"query: $ binds the second alternative only", OmnideskQuery, "<<<x@y.nl", true, false},
	{"query: an address is meant to pass", OmnideskQuery, "_a@b.co", true, true},
	{"query: a name is meant to pass", OmnideskQuery, "Jan de Boer", true, true},
	{"query: a telephone number is meant to pass", OmnideskQuery, "+31201234567", true, true},
	{"query: both refuse", OmnideskQuery, "$$$", false, false},
	{"query: both refuse", OmnideskQuery, "!a", false, false},
	{"query: the default is not valid, Optional leaves it out", OmnideskQuery, "", false, false},

	{"date format: the alternatives are not grouped", OmnideskDateFormat, "miso", true, false},
	{"date format: the alternatives are not grouped", OmnideskDateFormat, "xxiso", true, false},
	{"date format: the domain takes it where the vendor does", DateFormat, "miso", true, false},
	{"date format: what is meant", OmnideskDateFormat, "iso", true, true},
	{"date format: what is meant", OmnideskDateFormat, "en_GB", true, true},
	{"date format: only the limit of 5 hides this one", OmnideskDateFormat, "en_GBxx", false, false},
	{"date format: the vendor's own example", OmnideskDateFormat, "text", false, false},

	{"campaign: A-z holds six signs more", OmnideskCampaign, "a^b", true, false},
	{"campaign: A-z holds six signs more", OmnideskCampaign, "a`b", true, false},
	{"campaign: A-z holds six signs more", OmnideskCampaign, "a[b]", true, false},
	{"campaign: A-z holds six signs more", OmnideskCampaign, `a\b`, true, false},
	{"campaign: the sixth is meant", OmnideskCampaign, "a_b", true, true},
	{"campaign: both refuse", OmnideskCampaign, "a b", false, false},

	{"name: no apostrophe", OmnideskLastName, "O'Brien", false, true},
	{"name: no apostrophe", OmnideskLastName, "'t Hooft", false, true},
	{"name: Latin-1 only", OmnideskFirstName, "Łukasz", false, true},
	{"name: Latin-1 only", OmnideskFirstName, "Юлия", false, true},
	{"name: composed first", OmnideskFirstName, "Jose\u0301", true, true},
	{"name: no mark that nothing is composed with", OmnideskFirstName, "Jx\u0301", false, true},
	{"name: one code point passes", OmnideskFirstName, "José", true, true},
	{"name: the arithmetic signs in Latin-1 are left out", OmnideskFirstName, "×", false, false},
	{"name: the arithmetic signs in Latin-1 are left out", OmnideskFirstName, "÷", false, false},
	{"name: nothing but a blank", OmnideskFirstName, " ", true, false},
	{"name: nothing but a hyphen", OmnideskFirstName, "-", true, false},
	{"name: the domain takes it where the vendor does", PersonName, "-", true, false},
	{"name: the domain takes more than the vendor", PersonName, "Łukasz", true, true},
	{"name: what is meant", OmnideskFirstName, "text", true, true},

	{"telephone: 12 characters fit few countries", OmnideskTelephone, "+31201234567", true, true},
	{"telephone: 12 characters fit few countries", OmnideskTelephone, "+4930123456", false, true},
	{"telephone: 12 characters fit few countries", OmnideskTelephone, "+861012345678", false, true},
	{"telephone: no country code begins with 0", OmnideskTelephone, "+01201234567", true, false},
	{"telephone: the vendor's own example", OmnideskTelephone, "text", false, false},

	{"item limit: no least value is documented", OmnideskItemLimit, "0", true, false},
	{"item limit: maximum 999", OmnideskItemLimit, "999", true, true},
	{"item limit: maximum 999", OmnideskItemLimit, "1000", false, false},

	{"password: a blank counts as special", VoximplantUserPassword, "Pass w0rd", true, false},
	{"password: capitals of other scripts do not count", VoximplantUserPassword, "Äpfel12!", false, true},
	{"password: digits of other scripts do not count", VoximplantUserPassword, "Passwort٣!", false, true},
	{"password: what is meant", VoximplantUserPassword, "Passw0rd!", true, true},
	{"password: 8 characters", VoximplantUserPassword, "Pass0r!", false, false},

	{"display name: any characters", VoximplantUserDisplayName, "a\nb", true, false},
	{"display name: the direction of writing turned", VoximplantUserDisplayName, "a\u202eb", true, false},
	{"custom data: any string", VoximplantUserCustomData, "a\x00b", true, false},
	{"custom data: lines are meant to pass", VoximplantUserCustomData, "{\n\t\"a\": 1\n}", true, true},
	{"id list: leading zeros", VoximplantIntList, "03;55", true, false},
	{"id list: what is meant", VoximplantIntList, "3;55", true, true},
	{"id list: all", VoximplantIntList, "all", true, true},
	{"name list: control characters", VoximplantStringList, "a\x00;b", true, false},
	{"user name: a format is the whole value", VoximplantUserName, "x!abc", false, false},

	{"v: any double", LivePersonVersion, "99.5", true, false},
	{"v: 4 is 4.0", LivePersonVersion, "4", true, true},
	{"v: most updated 6.0", LivePersonVersion, "6.0", true, true},
	{"v: most updated 6.0", LivePersonVersion, "6.1", true, false},
	{"date: days that do not exist", LivePersonDate, "2015-02-30 00:00:00", true, false},
	{"date: what is meant", LivePersonDate, "2015-06-22 19:20:03", true, true},
	{"date: the example says what to write, not a date", LivePersonDate, "year-month-date hrs:min:sec", false, false},
	{"login name: any string", LivePersonLoginName, "a\nb", true, false},
	{"e-mail: any string", LivePersonEmail, "nobody", true, false},
	{"mobile number: any string", LivePersonMobileNumber, "0542-123456", true, true},
	{"mobile number: any string", LivePersonMobileNumber, "<b>", true, false},

	{"id: capitals", GenesysID, "0123456789ABCDEF0123456789ABCDEF", true, false},
	{"user name: plain names in the samples", GenesysUserName, "test", true, true},
	{"user name: any string", GenesysUserName, "a b", true, false},
	{"fields: a list came later", GenesysFields, "id,userName", false, true},
	{"fields: all", GenesysFields, "*", true, true},
}

// TestHolesFromBothSides: documented takes what the vendor takes, strict what was meant.
func TestHolesFromBothSides(t *testing.T) {
	for _, h := range holes {
		if got := h.rule.Match(Documented, h.value); got != h.documented {
			t.Errorf("%s (%s): documented takes %q: %v, want %v", h.hole, h.rule, h.value, got, h.documented)
		}
		if got := h.rule.Match(Strict, h.value); got != h.strict {
			t.Errorf("%s (%s): strict takes %q: %v, want %v", h.hole, h.rule, h.value, got, h.strict)
		}
	}
}

// TestEveryDifferenceOfProfilesIsAHole: a rule with two readings needs a value above that shows
// the difference.
func TestEveryDifferenceOfProfilesIsAHole(t *testing.T) {
	shown := map[Rule]bool{
		// Shown by another rule with the same two expressions.
		LivePersonFullName: true, LivePersonNickname: true, GenesysFirstName: true, GenesysLastName: true,
		VoximplantTransactionDescription: true, VoximplantMobilePhone: true,
		// Differ in what no example of the documents shows.
		OmnideskEmail: true, OmnideskLanguage: true,
	}
	for _, h := range holes {
		if h.documented != h.strict {
			shown[h.rule] = true
		}
	}
	for r := range Rules() {
		if definitions[r].documented != nil && !shown[r] {
			t.Errorf("%s has two readings and no value that shows the difference", r)
		}
	}
}

// TestExamplesOfTheDocuments: what the four documents show as a value is valid under the vendor's
// rule and fits the domain's.
func TestExamplesOfTheDocuments(t *testing.T) {
	for _, c := range []struct {
		rules []Rule
		value string
	}{
		{[]Rule{OmnideskFirstName, OmnideskLastName, OmnideskName, PersonName, Login}, "text"},
		{[]Rule{OmnideskEmail, Email, Login}, "name@gmail.com"},
		{[]Rule{OmnideskLanguage, Language}, "en"},
		{[]Rule{OmnideskLanguage, Language}, "nl"},
		{[]Rule{OmnideskDateFormat, DateFormat}, "en_GB"},
		{[]Rule{OmnideskStatistic, OmnideskTabID, OmnideskCampaign, Statistic, TabID, Campaign, Channel}, "text"},
		{[]Rule{OmnideskWatchToggle}, "watch"},
		{[]Rule{OmnideskState, OmnideskStatus}, "1"},
		{[]Rule{OmnideskItemStart}, "0"},
		{[]Rule{OmnideskItemLimit}, "15"},
		{[]Rule{LivePersonLoginName, Login, LivePersonEmail, Email}, "unique@gmail.com"},
		{[]Rule{LivePersonEmail, Email}, "myEmail@gmail.com"},
		{[]Rule{LivePersonNickname, DisplayName, Login}, "agent1"},
		{[]Rule{LivePersonMobileNumber, VoximplantMobilePhone, Mobile}, "0542-123456"},
		{[]Rule{Description}, "user’s description"},
		{[]Rule{URI}, "/pictures/image.jpg"},
		{[]Rule{ExternalID}, "lpMobileApp-123"},
		{[]Rule{LivePersonID}, "987654321"},
		{[]Rule{LivePersonDate}, "2015-06-22 19:20:03"},
		{[]Rule{LivePersonUserTypeID}, "1"},
		{[]Rule{LivePersonVersion}, "2.0"},
		{[]Rule{LivePersonRevision}, "-1"},
		{[]Rule{Password}, "pppppp"},
		{[]Rule{VoximplantIntList}, "3;55"},
		{[]Rule{VoximplantAmount}, "5.67"},
		{[]Rule{VoximplantAmount}, "-0.01"},
		{[]Rule{VoximplantCurrency}, "RUR"},
		{[]Rule{VoximplantOrderBy}, "user_name"},
		{[]Rule{VoximplantCount}, "20"},
		{[]Rule{VoximplantOffset}, "0"},
		{[]Rule{VoximplantTransactionDescription, TransactionDescription}, "From user: ${user_name}"},
		{[]Rule{VoximplantUserName, Login}, "a_b-c"},
		{[]Rule{GenesysRole}, "ROLE_ADMIN"},
		{[]Rule{GenesysFields, GenesysSubresources}, "*"},
		{[]Rule{GenesysUserName, Login}, "admin@demo.example"},
		{[]Rule{URI}, "https://example.com/a%20b?size=1#top"}, // no document shows these marks
		{[]Rule{Mobile}, "*31#0612345678,9"},
	} {
		for _, r := range c.rules {
			for _, p := range []Profile{Strict, Documented} {
				if problem, ok := r.Check(p, "", c.value); !ok {
					t.Errorf("%s %s refuses %q: %v", r, p, c.value, problem)
				}
			}
		}
	}
}

// TestAccountIDIsNoPath: it becomes part of paths and file names, so it never climbs and is never
// read as an option.
func TestAccountIDIsNoPath(t *testing.T) {
	for _, id := range []string{".", "..", ".hidden", "-rf", "a/b", `a\b`, "", "a b", "a\x00"} {
		if AccountID.Match(Strict, id) {
			t.Errorf("%q is taken", id)
		}
	}
	for _, id := range []string{"1", "_site", "le_12345678", "demo.example", "a-b"} {
		if !AccountID.Match(Strict, id) {
			t.Errorf("%q is refused", id)
		}
	}
}
