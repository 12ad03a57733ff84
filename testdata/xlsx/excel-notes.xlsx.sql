PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "arts" ("Name" TEXT, "Profession" TEXT, "Age", "Has kids", "Date of birth" TEXT, "Date of death" TEXT);
INSERT INTO "arts" VALUES('David Bowie','musician',69,1,'1947-01-08','2016-01-10');
INSERT INTO "arts" VALUES('Carrie Fisher','actor',60,1,'1956-10-21','2016-12-27');
INSERT INTO "arts" VALUES('Chuck Berry','musician',90,1,'1926-10-18','2017-03-18');
INSERT INTO "arts" VALUES('Bill Paxton','actor',61,1,'1955-05-17','2017-02-25');
INSERT INTO "arts" VALUES('Prince','musician',57,1,'1958-06-07','2016-04-21');
INSERT INTO "arts" VALUES('Alan Rickman','actor',69,0,'1946-02-21','2016-01-14');
INSERT INTO "arts" VALUES('Florence Henderson','actor',82,1,'1934-02-14','2016-11-24');
INSERT INTO "arts" VALUES('Harper Lee','author',89,0,'1926-04-28','2016-02-19');
INSERT INTO "arts" VALUES('Zsa Zsa Gábor','actor',99,1,'1917-02-06','2016-12-18');
INSERT INTO "arts" VALUES('George Michael','musician',53,0,'1963-06-25','2016-12-25');
INSERT INTO "arts" VALUES('Some',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "arts" VALUES(NULL,'also like to write stuff',NULL,NULL,NULL,NULL);
INSERT INTO "arts" VALUES(NULL,NULL,'at the','bottom,',NULL,NULL);
INSERT INTO "arts" VALUES(NULL,NULL,NULL,NULL,NULL,'too!');
CREATE TABLE "other" ("Name" TEXT, "Profession" TEXT, "Age", "Has kids" INTEGER, "Date of birth" TEXT, "Date of death" TEXT);
INSERT INTO "other" VALUES('Vera Rubin','scientist',88,1,'1928-07-23','2016-12-25');
INSERT INTO "other" VALUES('Mohamed Ali','athlete',74,1,'1942-01-17','2016-06-03');
INSERT INTO "other" VALUES('Morley Safer','journalist',84,1,'1931-11-08','2016-05-19');
INSERT INTO "other" VALUES('Fidel Castro','politician',90,1,'1926-08-13','2016-11-25');
INSERT INTO "other" VALUES('Antonin Scalia','lawyer',79,1,'1936-03-11','2016-02-13');
INSERT INTO "other" VALUES('Jo Cox','politician',41,1,'1974-06-22','2016-06-16');
INSERT INTO "other" VALUES('Janet Reno','lawyer',78,0,'1938-07-21','2016-11-07');
INSERT INTO "other" VALUES('Gwen Ifill','journalist',61,0,'1955-09-29','2016-11-14');
INSERT INTO "other" VALUES('John Glenn','astronaut',95,1,'1921-07-28','2016-12-08');
INSERT INTO "other" VALUES('Pat Summit','coach',64,1,'1952-06-14','2016-06-28');
INSERT INTO "other" VALUES('This',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "other" VALUES(NULL,'has been really fun, but',NULL,NULL,NULL,NULL);
INSERT INTO "other" VALUES('we''re signing',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "other" VALUES(NULL,NULL,'off',NULL,'now!',NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('excel-notes.xlsx',NULL,'0469b75be78da0ca9b956d81e2338f32fa3f45b00622cef5e6d7a278897eb80a',24656,'xlsx',NULL,'sheet arts=header in row 5; above the table in arts=Lots of people
simply cannot resist writing | some notes
at | the | top | of | their spreadsheets
or | merging | cells; sheet other=header in row 5; above the table in other=For the sake
of consistency | in the | data layout,
which is really | a | beautiful thing,
I will | keep making notes | up here.; skip=4',28,0,NULL);
COMMIT;
