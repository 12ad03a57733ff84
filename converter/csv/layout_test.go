package csv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// picture is what a document became, in a line or two: each table with its columns and rows,
// what was rejected, and the codes of what people are told.
func (db database) picture(t testing.TB) string {
	var b strings.Builder
	for _, table := range db.summary.Tables {
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Name)
		}
		fmt.Fprintf(&b, "%s(%s) %s\n", table.Name, strings.Join(names, ","), strings.ReplaceAll(strings.TrimSpace(db.show(t, table.Name)), "\n", " "))
	}
	if db.has("_rejects") {
		for _, row := range db.rows(t, "_rejects") {
			fmt.Fprintf(&b, "%v line %v %q\n", row[5], row[2], row[6])
		}
	}
	for _, f := range db.summary.Documents[0].Findings {
		if f.Code == "text-but-for" {
			continue // of a column, whatever the layout is
		}
		fmt.Fprintf(&b, "%s %s\n", f.Severity, f.Code)
	}
	return strings.TrimSpace(b.String())
}

// Kinds of files as people have them, and what a careful reader makes of them.
func TestLayouts(t *testing.T) {
	const rows = "1|2 3|4"
	for _, test := range []struct {
		name, text string
		c          Converter
		want       string
	}{
		// One column, with in its text what may divide cells.
		{name: "places", text: "place\nParis, France\nRome, Italy\n", want: `t(place) "Paris, France" "Rome, Italy"`},
		{name: "addresses", text: "address\n\"1 Low St, York\"\n2 Top Rd, Bath, 12345\n3 Elm, Ely\n", want: `t(address) "1 Low St, York" "2 Top Rd, Bath, 12345" "3 Elm, Ely"`},
		{name: "decimal commas", text: "price\n1,50\n2,75\n", want: `t(price) "1,50" "2,75"`},
		{name: "lists", text: "tags\nred|green\nblue|red\n", want: `t(tags) "red|green" "blue|red"`},
		{name: "URLs", text: "site\nhttps://a.example/1\nhttps://b.example/2\n", want: `t(site) "https://a.example/1" "https://b.example/2"`},
		{name: "full names", text: "full name\nAnna Smith\nEmma Jones\nJohn Brown\n", want: `t(full name) "Anna Smith" "Emma Jones" "John Brown"`},
		{name: "rows that are all the same", text: "a,a\na,a\na,a\n", want: "t(a,a_2) \"a\"|\"a\" \"a\"|\"a\"\ndoubt header-guessed"},
		{name: "one row with a cell too many", text: "id,name\n1,x,y\n", want: "t(id,name,_extra) 1|\"x\"|\"[\\\"y\\\"]\"\nnote cells-surplus"},
		{name: "a band above the header", text: ",Share of searches,\ntown,A,B\nBath,1,2\nYork,3,4\n", want: "t(town,A,B) \"Bath\"|1|2 \"York\"|3|4\nnote preamble"},
		{name: "text with commas above the table", text: "Sales report, May\nPrepared by: Ann, Bob\n\nid,name,v\n1,a,2\n2,b,3\n",
			want: "t(id,name,v) 1|\"a\"|2 2|\"b\"|3\nnote preamble"},
		{name: "a row of blanks in quotes", text: "a,b,c\n1,2,3\n\"\",\"\",\"\"\nx,y\n", want: "t(a,b,c) \"1\"|\"2\"|3 \"\"|\"\"|NULL \"x\"|\"y\"|NULL\nnote cells-missing"},
		// Delimiters.
		{name: "URLs in a column", text: "page,visits\nhttp://a.example/x,1\nhttp://b.example/y,2\n", want: `t(page,visits) "http://a.example/x"|1 "http://b.example/y"|2`},
		{name: "URLs, ragged", text: "page,tags\nhttp://a.example/x,a\nhttp://b.example/y,a,b\nhttp://c.example/y,a,b,c\n",
			want: "t(page,tags,_extra) \"http://a.example/x\"|\"a\"|NULL \"http://b.example/y\"|\"a\"|\"[\\\"b\\\"]\" \"http://c.example/y\"|\"a\"|\"[\\\"b\\\",\\\"c\\\"]\"\nnote cells-surplus"},
		{name: "a pipe in a cell", text: "\"id\",name\n1,x|y\n2,z|w\n", want: `t(id,name) 1|"x|y" 2|"z|w"`},
		{name: "carets", text: "a^b\n1^2\n3^4\n", want: "t(a,b) " + rows},
		{name: "tildes, and commas", text: "a~b\n1~x, y\n3~z, w\n", want: `t(a,b) 1|"x, y" 3|"z, w"`},
		{name: "number signs", text: "a#b\n1#2\n3#4\n", want: "t(a,b) " + rows},
		{name: "U+0001", text: "a\x01b\n1\x012\n3\x014\n", want: "t(a,b) " + rows},
		{name: "U+001F", text: "a\x1fb\n1\x1f2\n3\x1f4\n", want: "t(a,b) " + rows},
		{name: "two pipes", text: "a||b||c\n1||\"x||y\"||3\n2||||4\n", want: `t(a,b,c) 1|"x||y"|3 2|NULL|4`},
		{name: "pipe, tilde, pipe", text: "a|~|b\n1|~|x|y\n2|~|z\n", want: `t(a,b) 1|"x|y" 2|"z"`},
		{name: "colons, no header", text: "1::11::5\n1::22::3\n2::33::4\n", want: `t(column_1,column_2,column_3) 1|11|5 1|22|3 2|33|4`},
		{name: "aligned", text: "id  name   score\n1   anna   3.5\n22  bo     4.5\n", want: "t(id,name,score) 1|\"anna\"|3.5 22|\"bo\"|4.5\ndoubt delimiter-guessed"},
		{name: "aligned to the right", text: "   x    y\n 1.5  2.5\n10.5  3.5\n 2.5 11.5\n", want: "t(x,y) 1.5|2.5 10.5|3.5 2.5|11.5\ndoubt delimiter-guessed"},
		{name: "fixed places", text: "city      pop   area\nParis    2100  105.4\nRome           1285\nNew York 8400  783.8\n", want: "t(city,pop,area) \"Paris\"|2100|105.4 \"Rome\"|NULL|1285 \"New York\"|8400|783.8\ndoubt delimiter-guessed"},
		{name: "asked for blanks", text: "a b\n1  x\n", c: Converter{Delimiter: Blanks}, want: `t(a,b) 1|"x"`},
		{name: "asked for, and absent", text: "a;b\n1;2\n3;4\n", c: Converter{Delimiter: "|"}, want: "t(a;b) \"1;2\" \"3;4\"\ndoubt delimiter-absent"},
		// Headers.
		{name: "years long ago", text: "Land;1871;1872;1873\nBayern;4863;4900;4950\nSachsen;2556;2600;2700\n", want: `t(Land,1871,1872,1873) "Bayern"|4863|4900|4950 "Sachsen"|2556|2600|2700`},
		{name: "numbers that rise", text: "zone,201,202,203\nX,1,2,3\nY,4,5,6\n", want: `t(zone,201,202,203) "X"|1|2|3 "Y"|4|5|6`},
		{name: "times", text: "Bus,06:00,06:30,07:00\n1a,06:02,06:33,07:01\n2b,06:09,06:39,07:08\n", want: `t(Bus,06:00,06:30,07:00) "1a"|"06:02"|"06:33"|"07:01" "2b"|"06:09"|"06:39"|"07:08"`},
		{name: "months", text: "part,2021-01,2021-02\nX,2020-03,2020-04\nY,2020-05,2020-08\n", want: `t(part,2021-01,2021-02) "X"|"2020-03"|"2020-04" "Y"|"2020-05"|"2020-08"`},
		{name: "numbers that rise by chance", text: "Anna,34,56\nBob,80,12\nCy,3,1\n", want: `t(column_1,column_2,column_3) "Anna"|34|56 "Bob"|80|12 "Cy"|3|1`},
		{name: "numbers that rise in all rows", text: "AAPL,10,20,30\nMSFT,5,6,7\n", want: `t(column_1,column_2,column_3,column_4) "AAPL"|10|20|30 "MSFT"|5|6|7`},
		{name: "an address in the first row", text: "Anna,anna@x.example\nBob,bob@x.example\n", want: `t(column_1,column_2) "Anna"|"anna@x.example" "Bob"|"bob@x.example"`},
		{name: "texts that come again", text: "Anna,Leeds\nBo,York\nCy,Leeds\n", want: "t(column_1,column_2) \"Anna\"|\"Leeds\" \"Bo\"|\"York\" \"Cy\"|\"Leeds\"\ndoubt header-guessed"},
		{name: "options that were ticked", text: "who,Mail,Phone\nAnna,Mail,\nBo,,Phone\nCy,Mail,Phone\n", want: `t(who,Mail,Phone) "Anna"|"Mail"|NULL "Bo"|NULL|"Phone" "Cy"|"Mail"|"Phone"`},
		{name: "one row", text: "Bob,12,2021-02-03\n", want: "t(column_1,column_2,column_3) \"Bob\"|12|\"2021-02-03\"\ndoubt header-guessed"},
		{name: "one row of names", text: "id,name\n", want: "t(id,name) \ndoubt header-guessed"},
		{name: "names of rows", text: "speed,legs\ncat,48,4\nhen,14,2\n", want: "t(column_1,speed,legs) \"cat\"|48|4 \"hen\"|14|2\nnote header-short"},
		{name: "names of rows, and one column", text: "\"x\"\n\"1\",5\n\"2\",7\n", want: "t(column_1,x) 1|5 2|7\nnote header-short"},
		{name: "names of rows, and blanks", text: "\"speed\" \"legs\"\n\"cat\" 48 4\n\"guinea hen\" 14 2\n", want: "t(column_1,speed,legs) \"cat\"|48|4 \"guinea hen\"|14|2\ndoubt delimiter-guessed\nnote header-short"},
		{name: "a header that is too short", text: "id,name\n1,x,5,6\n2,y,5,6\n", want: "t(id,name,_extra) 1|\"x\"|\"[\\\"5\\\",\\\"6\\\"]\" 2|\"y\"|\"[\\\"5\\\",\\\"6\\\"]\"\nnote cells-surplus"},
		{name: "a delimiter at the end of rows", text: "id,name\n1,x,\n2,y,\n", want: `t(id,name) 1|"x" 2|"y"`},
		// Preambles.
		{name: "a title", text: "Report of 2021\na,b,c\n1,x,2\n3,y,4\n", want: "t(a,b,c) 1|\"x\"|2 3|\"y\"|4\nnote preamble"},
		{name: "a title above two columns", text: "Sales\nregion,n\nA,1\nB,2\n", want: "t(region,n) \"A\"|1 \"B\"|2\nnote preamble"},
		{name: "a bank's", text: "Konto:;DE12;\nVon:;01.01.2021;\nBis:;31.01.2021;\n\nTag;Wert;Text;Name;Betrag\n02.01.2021;02.01.2021;L;X;-1\n03.01.2021;03.01.2021;G;Y;2\n",
			want: "t(Tag,Wert,Text,Name,Betrag) \"02.01.2021\"|\"02.01.2021\"|\"L\"|\"X\"|-1 \"03.01.2021\"|\"03.01.2021\"|\"G\"|\"Y\"|2\nnote preamble"},
		{name: "a blank row", text: ";;\na;b;c\nx;1;2\n", want: `t(a,b,c) "x"|1|2`},
		{name: "a title that may be none", text: "Report\nx,y,z\nu,v,w\n", want: "t(x,y,z) \"u\"|\"v\"|\"w\"\ndoubt preamble"},
		{name: "rows of few cells", text: "a,,\n,b,\n,,c\n", want: `t(a,column_2,column_3) NULL|"b"|NULL NULL|NULL|"c"`},
		{name: "no header, and blanks", text: ",,w\nc,,x\nd,e,f\n", c: Converter{NoHeader: true}, want: `t(column_1,column_2,column_3) NULL|NULL|"w" "c"|NULL|"x" "d"|"e"|"f"`},
		{name: "no header, and a title", text: "title\n1,2\n3,4\n", c: Converter{NoHeader: true, Delimiter: ","}, want: "t(column_1,_extra) \"title\"|NULL \"1\"|\"[\\\"2\\\"]\" \"3\"|\"[\\\"4\\\"]\"\nnote cells-surplus"},
		// Lines with a #.
		{name: "names behind a #", text: "# made by x, y, and z\n# id,name,n\n1,a,2\n2,b,3\n", want: "t(id,name,n) 1|\"a\"|2 2|\"b\"|3\nnote preamble"},
		{name: "a comment as wide as the table", text: "# made by x, y, and z\nid,name,n\n1,a,2\n2,b,3\n", want: "t(id,name,n) 1|\"a\"|2 2|\"b\"|3\nnote preamble"},
		{name: "names behind a #, and delimiters at the end", text: "# A; B; C\nx;y;1;\nz;w;2;\n", want: `t(A,B,C) "x"|"y"|1 "z"|"w"|2`},
		{name: "a # without a blank", text: "##v=1\n##w=2\n#CHROM\tPOS\nchr1\t10\nchr2\t20\n", want: "t(#CHROM,POS) \"chr1\"|10 \"chr2\"|20\nnote preamble"},
		{name: "Zeek", text: "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tn\n#types\ttime\tstring\tcount\n1.5\t\"a\t7\n2.5\tb\t8\n#close\tnow\n",
			want: "t(ts,uid,n) 1.5|\"\\\"a\"|7 2.5|\"b\"|8\ncomment line 7 \"#close\\tnow\"\nnote preamble\nnote comment"},
		{name: "W3C", text: "#Version: 1.0\n#Fields: date time uri\n2021-01-01 00:00:01 /a\n2021-01-01 00:00:02 \"/b c\"\n#Date: now\n2021-01-01 00:00:03 /d\n",
			want: "t(date,time,uri) \"2021-01-01\"|\"00:00:01\"|\"/a\" \"2021-01-01\"|\"00:00:02\"|\"/b c\" \"2021-01-01\"|\"00:00:03\"|\"/d\"\ncomment line 5 \"#Date: now\"\nnote preamble\nnote comment"},
		// Tables below one another.
		{name: "two tables", text: "id,name\n1,a\n2,b\n\ncode,price,qty\nx,1.5,2\ny,2.5,3\n", want: "t(id,name) 1|\"a\" 2|\"b\"\nt_2(code,price,qty) \"x\"|1.5|2 \"y\"|2.5|3\nnote tables"},
		{name: "two tables, padded and with titles", text: "Funds,,,\nname,n,,\nx,1,,\ny,2,,\n,,,\nTrades,,,\nname,day,n,price\nx,2021-01-02,1,1.5\ny,2021-01-03,2,2.5\n",
			want: "t(name,n) \"x\"|1 \"y\"|2\nt_2(name,day,n,price) \"x\"|\"2021-01-02\"|1|1.5 \"y\"|\"2021-01-03\"|2|2.5\nline before a table line 6 \"Trades,,,\"\nnote preamble\nnote tables\nnote line-before-a-table"},
		{name: "two tables without a gap", text: "id,name\n1,a\n2,b\nid,p,q\n1,5,6\n2,7,8\n", want: "t(id,name) 1|\"a\" 2|\"b\"\nt_2(id,p,q) 1|5|6 2|7|8\ndoubt tables"},
		{name: "kinds of rows are no tables", text: "H,2021,x\nD,1,2,3\nD,4,5,6\nT,2\n", want: "t(H,2021,x,_extra) \"D\"|1|2|\"[\\\"3\\\"]\" \"D\"|4|5|\"[\\\"6\\\"]\" \"T\"|2|NULL|NULL\nnote cells-surplus\nnote cells-missing"},
		{name: "a missing quote makes no table", text: "who,n,note,by\nAnn,1,x,y\nBo,2,see\n\nbelow\",me\nCy,3,,\n",
			want: "t(who,n,note,by) \"Ann\"|\"1\"|\"x\"|\"y\" \"Bo\"|\"2\"|\"see\"|NULL \"below\\\"\"|\"me\"|NULL|NULL \"Cy\"|\"3\"|NULL|NULL\nnote cells-missing"},
		// Joined files, and footers.
		{name: "joined", text: "id,n\n1,2\nid,n\n3,4\n\ufeffid,n\n5,6\n", want: "t(id,n) 1|2 3|4 5|6\nrepeated header line 3 \"id,n\"\nrepeated header line 5 \"\\ufeffid,n\"\nnote repeated-header"},
		{name: "one column is not joined", text: "word\nthe\nword\n", want: "t(column_1) \"word\" \"the\" \"word\"\ndoubt header-guessed"},
		{name: "a footer", text: "a,b,c\n1,2,3\n4,5,6\n\nNote: rounded, see page 5\nSource: me\n", want: "t(a,b,c) 1|2|3 4|5|6\nfooter line 5 \"Note: rounded, see page 5\"\nfooter line 6 \"Source: me\"\nnote footer"},
		{name: "a padded footer", text: "a,b,c\r\n1,2,3\r\n4,5,6\r\n,,\r\n\"Made on 2021-01-01\",,\r\n", want: "t(a,b,c) 1|2|3 4|5|6\nfooter line 4 \",,\"\nfooter line 5 \"\\\"Made on 2021-01-01\\\",,\"\nnote footer"},
		{name: "no gap, no footer", text: "a,b,c\n1,2,3\n4,5,6\nSource\n", want: "t(a,b,c) \"1\"|2|3 \"4\"|5|6 \"Source\"|NULL|NULL\nnote cells-missing"},
		{name: "a number is no footer", text: "a,b\n1,x\n2,y\n\n3\n", want: "t(a,b) 1|\"x\" 2|\"y\" 3|NULL\nnote cells-missing"},
		{name: "gaps everywhere", text: "a,b\n\n1,x\n\n2,y\n\nz\n", want: "t(a,b) \"1\"|\"x\" \"2\"|\"y\" \"z\"|NULL\nnote cells-missing"},
		{name: "a damaged row before the footer", text: "a,b\n1,2\n3,\"x\n\nSource: me\n", want: "t(a,b) 1|2\nunclosed quote line 3 \"3,\\\"x\"\nfooter line 5 \"Source: me\"\nloss unclosed-quote\nnote footer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 7, 40} {
				test.c.chunk = size
				db, err := convert(t, test.c, "t.csv", test.text, converter.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := db.picture(t); got != strings.TrimSpace(test.want) {
					t.Errorf("chunks of %d:\n%s\nwant\n%s\nfacts %v", size, got, test.want, db.summary.Documents[0].Facts)
					break
				}
			}
		})
	}
}
