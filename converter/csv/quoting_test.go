package csv

import (
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// What quotes are meant to be is found out where the document shows it, and damage stays
// where it is.
func TestQuoting(t *testing.T) {
	for _, test := range []struct {
		name, text string
		c          Converter
		want       string   // the rows
		columns    string   // the names
		rejects    []string // what is rejected
		say        string   // codes of findings of ours
		facts      string   // the dialect, but for delimiter and header
	}{
		{name: "opened, then rows with quotes", text: "nr;naam;stad\n1;\"Jan;Delft\n2;\"Piet; Klaas\";Gouda\n3;Kees;Leiden\n",
			want: "2|\"Piet; Klaas\"|\"Gouda\"\n3|\"Kees\"|\"Leiden\"\n", rejects: []string{`1;"Jan;Delft`}, say: "unclosed-quote"},
		{name: "opened, and no quote behind", text: "a,b,c\n1,\"x,q\n2,y,r\n3,z,s",
			want: "2|\"y\"|\"r\"\n3|\"z\"|\"s\"\n", rejects: []string{`1,"x,q`}, say: "unclosed-quote"},
		{name: "doubled instead of closed", text: "name,note,v\nA,\"he said \"\"hi\"\",1\nB,x,2\nC,\"y, z\",3\n",
			want: "\"B\"|\"x\"|2\n\"C\"|\"y, z\"|3\n", rejects: []string{`A,"he said ""hi"",1`}, say: "unclosed-quote"},
		{name: "every cell in quotes, one of each missing", text: "a,b\n\"1\",\"p\"\n\"2\",\"r\n\"3\",\"p\"\n\"4,\"p\"\n5\",\"p\"\n\"6\",\"p\"\n",
			want: "\"1\"|\"p\"\n\"3\"|\"p\"\n\"\\\"4\"|\"p\"\n\"5\\\"\"|\"p\"\n\"6\"|\"p\"\n", rejects: []string{`"2","r`}, say: "unclosed-quote quote-as-text"},
		{name: "beside sound cells of several lines", text: "id,txt,n\n1,\"two\nlines\",5\n2,\"broken, 6\n3,\"more\nlines\",7\n4,ok,8\n",
			want: "1|\"two\\nlines\"|5\n3|\"more\\nlines\"|7\n4|\"ok\"|8\n", rejects: []string{`2,"broken, 6`}, say: "unclosed-quote"},
		{name: "behind a sound cell of several lines", text: "id,txt,u\n1,\"two\nlines\",\"bad\n2,\"x\",\"y\"\n3,\"z\",\"w\"\n",
			want: "2|\"x\"|\"y\"\n3|\"z\"|\"w\"\n", rejects: []string{"1,\"two\nlines\",\"bad"}, say: "unclosed-quote"},
		{name: "closed by chance, before a delimiter", text: "id,a,b\n1,\"x,u\n2,\", y\",z\n3,\"p, q\",r\n",
			want: "2|\", y\"|\"z\"\n3|\"p, q\"|\"r\"\n", rejects: []string{`1,"x,u`}, say: "unclosed-quote"},
		{name: "closed by chance, at the end of a line", text: "id,a\n1,\"x\n2,\"\n y\"\n3,\"p, q\"\n",
			want: "2|\"\\n y\"\n3|\"p, q\"\n", rejects: []string{`1,"x`}, say: "unclosed-quote"},
		{name: "closed by chance, by inches", text: "id,what,n\n1,\"bolt,4\n2,nut,5\n3,pipe 5\",6\n4,rod,7\n5,cap,8\n",
			want: "2|\"nut\"|5\n3|\"pipe 5\\\"\"|6\n4|\"rod\"|7\n5|\"cap\"|8\n", rejects: []string{`1,"bolt,4`}, say: "unclosed-quote"},
		{name: "CR", text: "id,a,n\r1,\"x,4\r2,\"y, z\",5\r3,\"two\rlines\",6\r",
			want: "2|\"y, z\"|5\n3|\"two\\rlines\"|6\n", rejects: []string{`1,"x,4`}, say: "unclosed-quote"},
		{name: "CRLF", text: "id,a,n\r\n1,\"x,4\r\n2,\"y, z\",5\r\n3,\"two\r\nlines\",6\r\n",
			want: "2|\"y, z\"|5\n3|\"two\\r\\nlines\"|6\n", rejects: []string{`1,"x,4`}, say: "unclosed-quote"},
		{name: "in the header", text: "id,\"naam,v\n1,Jan,x\n2,\"Piet\",y\n", columns: "id,\"naam,v",
			want: "1|\"Jan\"|\"x\"\n2|\"Piet\"|\"y\"\n", say: "quote-as-text"},
		{name: "in the header, and a delimiter", text: "id,\"full, name,v\n1,Jan,x\n2,\"Piet\",y\n", columns: "column_1,column_2,column_3",
			want: "1|\"Jan\"|\"x\"\n2|\"Piet\"|\"y\"\n", rejects: []string{`id,"full, name,v`}, say: "unclosed-quote"},
		{name: "in a title", text: "\"Stock\" of May\n\nid,name,v\n1,Jan,x\n2,Piet,y\n", columns: "id,name,v",
			want: "1|\"Jan\"|\"x\"\n2|\"Piet\"|\"y\"\n", facts: "skip=2 preamble=\"Stock\" of May"},
		{name: "quotes that are not doubled, over lines", text: "id,txt,n\n1,\"He said\n\"hi\" and left\",3\n2,\"ok\",4\n",
			want: "1|\"He said\\n\\\"hi\\\" and left\"|3\n2|\"ok\"|4\n", say: "quote-as-text"},
		{name: "a sound cell that holds CSV", text: "id,what,csv\n1,x,\"a,b,c\nd,e,f\ng,h,i\"\n2,y,\"1,2,3\n4,5,6\"\n3,z,\"\n7,8,9\n\"\n",
			want: "1|\"x\"|\"a,b,c\\nd,e,f\\ng,h,i\"\n2|\"y\"|\"1,2,3\\n4,5,6\"\n3|\"z\"|\"\\n7,8,9\\n\"\n"},
		{name: "sound cells with a comma on each line", text: "who,n\n\"Smith, John\nLondon\",358\n\"Doe, Jane\nParis, France\",12\n",
			want: "\"Smith, John\\nLondon\"|358\n\"Doe, Jane\\nParis, France\"|12\n"},
		{name: "sound cells that end with a newline or a comma", text: "id,a,b\n1,\"x\n\",\"y,\"\n2,\",\n\",\"\n\"\n3,\",\",\",,\"\n",
			want: "1|\"x\\n\"|\"y,\"\n2|\",\\n\"|\"\\n\"\n3|\",\"|\",,\"\n"},

		{name: "blanks before quotes", text: "naam, plaats, adres\nJan, Delft, \"Markt 1, links\"\nPiet, Gouda, \"Kade 2, rechts\"\n", columns: "naam,plaats,adres",
			want: "\"Jan\"|\" Delft\"|\"Markt 1, links\"\n\"Piet\"|\" Gouda\"|\"Kade 2, rechts\"\n", facts: "blanks=around quotes"},
		{name: "blanks behind quotes", text: "id,name\n1,\"Jan\" \n2,\"Piet, K\"\t\n3,\"two\nlines\" \n",
			want: "1|\"Jan\"\n2|\"Piet, K\"\n3|\"two\\nlines\"\n", facts: "blanks=around quotes"},
		{name: "blanks to align", text: "\"AB,C\",     \"X\",  2013,\"1\"\n\"CD,E\",   \"Y,Z\",  2014,\"2\"\n", c: Converter{NoHeader: true},
			want: "\"AB,C\"|\"X\"|2013|1\n\"CD,E\"|\"Y,Z\"|2014|2\n", facts: "blanks=around quotes"},
		{name: "blanks around quotes that hold nothing special", text: "id; \"naam\"\n1; \"Jan\"\n2; \"Piet\"\n",
			want: "1|\"Jan\"\n2|\"Piet\"\n", say: "blanks-around-quotes", facts: "blanks=around quotes"},
		{name: "blanks and damage", text: "id, name, n\n1, \"two\nlines\", 2\n2, \"b \"\"c\"\" d\" , 3\n3, \"bad, 4\n4, \"ok, ok\", 5\n",
			want: "1|\"two\\nlines\"|2\n2|\"b \\\"c\\\" d\"|3\n3|\" \\\"bad\"|4\n4|\"ok, ok\"|5\n", say: "quote-as-text", facts: "blanks=around quotes"},
		{name: "a blank and a quote by chance", text: "id,text\n1,plain\n2, \"quoted\"\n3,other\n", want: "1|\"plain\"\n2|\" \\\"quoted\\\"\"\n3|\"other\"\n"},

		{name: "escapes", text: "id,txt,n\n1,\"He said \\\"hi\\\", and left\",3\n2,\"a \\\\ and \\\"b\\\"\",4\n3,\"two\n\\\"lines\\\"\",5\n",
			want: "1|\"He said \\\"hi\\\", and left\"|3\n2|\"a \\\\ and \\\"b\\\"\"|4\n3|\"two\\n\\\"lines\\\"\"|5\n", facts: "escape=\\"},
		{name: "an escape in one place", text: "id,txt\n1,\"He said \\\"hi\\\"\"\n2,\"ok\"\n",
			want: "1|\"He said \\\"hi\\\"\"\n2|\"ok\"\n", say: "escape-guessed", facts: "escape=\\"},
		{name: "escapes in single quotes", text: "id,txt\n1,'it\\'s, ok'\n2,'x'\n3,'don\\'t'\n",
			want: "1|\"it's, ok\"\n2|\"x\"\n3|\"don't\"\n", facts: "quote=' escape=\\"},
		{name: "escapes and damage", text: "id,txt\n1,\"multi \\\"x\\\"\nline, \\\"y\\\"\"\n2,\"ok\"\n3,\"bad \\\"z\\\", 5\n4,\"fine\"\n",
			want: "1|\"multi \\\"x\\\"\\nline, \\\"y\\\"\"\n2|\"ok\"\n4|\"fine\"\n", rejects: []string{`3,"bad \"z\", 5`}, say: "unclosed-quote", facts: "escape=\\"},
		{name: "NULL as databases write it", text: "1,\"a\",\\N,3\n2,\"\\\"b, c\\\"\",\\N,\\N\n", c: Converter{NoHeader: true},
			want: "1|\"a\"|NULL|3\n2|\"\\\"b, c\\\"\"|NULL|NULL\n", say: "escape-guessed", facts: "escape=\\"},
		{name: "a dump between tabs", text: "id\tname\tnote\n1\tJan\t\\N\n2\t\\N\ttwo\\nlines\n3\tPiet\\\\K\ta\\tb\n4\t\"K\t\\N\n",
			want: "1|\"Jan\"|NULL\n2|NULL|\"two\\nlines\"\n3|\"Piet\\\\K\"|\"a\\tb\"\n4|\"\\\"K\"|NULL\n", say: "quotes-as-text", facts: "quote=none escape=\\"},
		{name: "a dump between tabs, as asked for", text: "id\tnote\n1\ttwo\\nlines\n", c: Converter{Quote: None, Escape: '\\'},
			want: "1|\"two\\nlines\"\n", facts: "quote=none escape=\\"},
		{name: "paths are no escapes", text: "id,path\n1,\"C:\\\"\n2,\"D:\\new\\\"\n3,\"x\"\n", want: "1|\"C:\\\\\"\n2|\"D:\\\\new\\\\\"\n3|\"x\"\n"},
		{name: "JSON's escapes within doubled quotes", text: "id,json\n1,\"{\"\"a\"\": \"\"x\\\"\"y\"\"}\"\n2,\"{\"\"a\"\": 2}\"\n",
			want: "1|\"{\\\"a\\\": \\\"x\\\\\\\"y\\\"}\"\n2|\"{\\\"a\\\": 2}\"\n"},
		{name: "no escape, as asked for", text: "id,txt\n1,\"a \\\"b\\\" c\"\n2,\"x\"\n", c: Converter{Escape: None},
			want: "1|\"a \\\\\\\"b\\\\\\\" c\"\n2|\"x\"\n", say: "quote-as-text", facts: "escape=none"},
		{name: "another escape, as asked for", text: "id,txt\n1,\"a ^\"b^\" c\"\n2,x^,y\n", c: Converter{Escape: '^'},
			want: "1|\"a \\\"b\\\" c\"\n2|\"x,y\"\n", facts: "escape=^"},

		{name: "rows in quotes", text: "\"nr;naam;n\"\n\"1;Jan;3\"\n\"2;\"\"Piet; K\"\";4\"\n", columns: "nr,naam,n",
			want: "1|\"Jan\"|3\n2|\"Piet; K\"|4\n", facts: "lines=quoted as a whole"},
		{name: "rows in quotes, but for the header", text: "nr,naam,noot\n\"1,Jan,\"\"x, y\"\"\"\n\"2,Piet,z\"\n\"3,Kees,\"\"q\"\"\"\n", columns: "nr,naam,noot",
			want: "1|\"Jan\"|\"x, y\"\n2|\"Piet\"|\"z\"\n3|\"Kees\"|\"q\"\n", facts: "lines=quoted as a whole"},
		{name: "rows in quotes, one damaged", text: "\"naam,n\"\n\"Jan,3\"\n\"Piet,\"\"x\"\n\"Kees,4\"\n",
			want: "\"Jan\"|3\n\"Kees\"|4\n", rejects: []string{`"Piet,""x"`}, say: "stray-quote", facts: "lines=quoted as a whole"},
		{name: "sentences in quotes", text: "\"To be, or not to be\"\n\"Well, yes\"\n\"No, no\"\n", c: Converter{NoHeader: true},
			want: "\"To be, or not to be\"\n\"Well, yes\"\n\"No, no\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 7} {
				test.c.chunk = size
				db, err := convert(t, test.c, "t.csv", test.text, converter.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var columns, rejects, say, facts []string
				for _, c := range db.summary.Tables[0].Columns {
					columns = append(columns, c.Name)
				}
				if db.has("_rejects") {
					for _, row := range db.rows(t, "_rejects") {
						rejects = append(rejects, row[6].(string))
					}
				}
				for _, f := range db.summary.Documents[0].Findings {
					if strings.Contains(f.Code, "quote") || strings.Contains(f.Code, "escape") || f.Code == "rows-in-cell" {
						say = append(say, f.Code)
					}
				}
				for _, f := range db.summary.Documents[0].Facts {
					if !slices.Contains([]string{"delimiter", "header", "newline", "encoding"}, f.Key) {
						facts = append(facts, f.Key+"="+f.Value)
					}
				}
				if got := db.show(t, "t"); got != test.want || !slices.Equal(rejects, test.rejects) || strings.Join(say, " ") != test.say ||
					strings.Join(facts, " ") != test.facts || test.columns != "" && strings.Join(columns, ",") != test.columns {
					t.Errorf("chunks of %d: columns %s, rows\n%srejects %q\nfound %s\nfacts %s\nwant rows\n%s", size, columns, got, rejects, say, facts, test.want)
				}
			}
		})
	}
}
