package password

import "strings"

// everyday lists passwords of at least eight characters from the top of published lists of leaked
// passwords, and passwords that people type to get past a form. Shorter passwords are refused by
// their length.
const everyday = `
00000000 01234567 0123456789 1029384756 11111111 1111111111 11223344 112233445566 12121212 123123123 123321123
1234512345 12345678 123456789 1234567890 12345678910 1234567891 123456789a 12345678a 1234567a 1234abcd 123456abc
1234qwer 123456qwerty 123qwe123 123qweasd 123qweasdzxc 12qwaszx 147258369 159357159 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 21122112 22222222 31415926 55555555 66666666 77777777 87654321 88888888 987654321
9876543210 99999999 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa abc12345 abc123456 abcd1234 abcdefgh
abcdefg1 access14 adgjmptw admin123 admin1234 admin12345 administrator agent123 agent1234 alexander alexandra
andromeda asd12345 asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl asdfghjkl1 babygirl1 barcelona baseball baseball1
basketball benjamin blink182 bluebird boomer01 butterfly callcenter callcentre changeme changeme1 changeme123 charlie1
charlotte chelsea1 chocolate christian christopher cocacola computer computer1 contact1 corvette courtney creative
default1 dolphins dragon123 einstein elephant elizabeth explorer facebook firebird flamingo football football1
forever1 fortress1 gabriel1 garfield genesys1 ginger12 godzilla google123 guest123 hardcore hello123 hello1234
helpdesk highland hottie123 icecream iloveyou iloveyou1 iloveyou2 internet internet1 iverson3 jennifer jessica1
jonathan jordan23 justin123 kawasaki killer123 kimberly knight123 lasvegas letmein1 letmein12 letmein123 liverpool
liverpool1 login123 london123 lovelove loveme123 loveyou1 manchester manutd12 marlboro maverick maxwell1 mercedes
metallica michael1 michelle midnight minecraft monday123 monkey123 mustang1 mypassword nicholas nintendo number1!
olivia123 p@55w0rd p@ssw0rd p@ssw0rd1 p@ssword p@ssword1 pa$$w0rd pa$$word pa55word panther1 paradise parola123
pass1234 pass12345 passport passw0rd passw0rd! passw0rd1 password password! password0 password01 password1 password1!
password11 password12 password123 password123! password1234 password2 password3 password99 patricia pavilion peaches1
pineapple platinum pokemon1 pokemon123 portugal princess princess1 princess123 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6
qazwsxed qazwsxedc qazwsxedcrfv qq123456 qwer1234 qwerasdf qwert123 qwerty12 qwerty123 qwerty123! qwerty1234 qwerty12345
qwerty123456 qwertyui qwertyuiop qweasdzxc qwe123456 rainbow1 rangers1 realmadrid remember reset123 root1234 s3cret123
samantha samsung1 samsung123 scorpion secret123 security september shadow123 slipknot snowball soccer12 softball
spiderman spongebob starwars starwars1 startrek steelers stephanie strawberry summer123 sunflower sunshine sunshine1
superman superman1 superstar support1 support123 swordfish sysadmin system123 tech1234 temp1234 temp12345 temporary
test1234 test12345 testtest testing1 testing123 thailand thunder1 tinkerbell toor1234 trinity1 trustno1 twilight
undertaker user1234 user12345 valentine vanessa1 veronica victoria vagrant1 virginia voyager1 warcraft welcome1
welcome1! welcome12 welcome123 welcome123! whatever william1 windows1 winston1 winter123 wolfgang yamaha123 yankees1
zaq12wsx zaq1zaq1 zaq1xsw2 zxcvbnm1 zxcvbnm123 zxcvbnm,./ zxcvbnma zzzzzzzz
`

// Everyday returns a Blocklist of a few hundred passwords, so that a program without a list of its
// own refuses "password1". Use a published list in production.
func Everyday() *Blocklist { return NewBlocklist(strings.Fields(everyday)...) }
