PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "latin1" ("id" INTEGER, "Name" TEXT, "geometry" TEXT);
INSERT INTO "latin1" VALUES(2,'Ñandú','{"type":"Polygon","coordinates":[[[-0.4616724738675959,0.4773519163763066],[-0.7682926829268293,-0.5226480836236933],[0.6289198606271775,-0.36933797909407673],[-0.4616724738675959,0.4773519163763066]]]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('latin1.shp',NULL,'18ef378a8c4ffd3c9acd9218189dcf2f867c4b4b78936fe89c0122199dba8cc4',220,'shapefile','windows-1252',NULL,1,0,'[{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1},{"code":"encoding-guessed","severity":"doubt","message":"the texts are not UTF-8, so that the encoding windows-1252 is a guess; next is macintosh","count":1,"try":["--encoding","macintosh"]}]');
COMMIT;
