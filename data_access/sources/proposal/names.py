"""Names under which our columns come in other people's tables (English, German, French, CDISC), and words of our codes.

A name is compared without case, blanks and punctuation; a number at its end is one of several columns side by side.
"""

import re
import unicodedata
from collections.abc import Iterable

NAMES: dict[tuple[str, str], str] = {  # (table, column) -> names, most usual first
    ("patient", "patient_id"): "usubjid subjid patientid patid patientnr patientennr patnr pat upn recordid studyid "
    "pseudonym patientno subject nr id numeropatient",
    ("patient", "site_code"): "siteid site centre center zentrum klinik sitecode centrecode cic",
    ("patient", "sex"): "sex gender geschlecht geschl sexe",
    (
        "patient",
        "birth_month",
    ): "birthmonth brthdtc brthdt birthdate dateofbirth dob geburtsdatum geburtsmonat gebdatum geb "
    "gebmonat datedenaissance birth",
    ("patient", "diagnosis_date"): "diagnosisdate diagdt diagdtc dxdate dateofdiagnosis diagnosedatum erstdiagnose "
    "ed diagnose datedudiagnostic datediagnosis",
    ("patient", "cytogenetic_group"): "cytogeneticgroup cytogenetics zytogenetik cytogenetique",
    ("patient", "prior_lines"): "priorlines lines linien vortherapien therapielinien nlines",
    ("patient", "prior_relapses"): "priorrelapses nrelapses anzahlrezidive",
    ("patient", "prior_transplant"): "priortransplant priorhsct priorsct prhsctfl vortransplantation sztvorher",
    ("patient", "prior_blinatumomab"): "priorblinatumomab priorblina blinatumomabvorher",
    ("patient", "prior_inotuzumab"): "priorinotuzumab priorino",
    ("patient", "last_contact_date"): "lastcontactdate lstalvdt lastcontact lastfu lastfollowup lastfollowupdate "
    "datelastfollowup datelastcontact dateoflastcontact dlfu letzterkontakt lastseen datedernieresnouvelles",
    (
        "patient",
        "vital_status",
    ): "vitalstatus dthfl alive dead verstorben status survivalstatus patientstatus vitalstatusatlastfu "
    "lebtverstorben lebt",
    ("patient", "death_date"): "deathdate dthdt dthdtc dateofdeath todesdatum sterbedatum verstorbenam datedeces",
    ("patient", "cause_of_death"): "causeofdeath dthcaus todesursache causededeces maincauseofdeath",
    (
        "treatment_course",
        "product_code",
    ): "product productcode trt01p trt01a cartproduct produkt cartprodukt carproduct arm",
    (
        "treatment_course",
        "enrolment_date",
    ): "enrolmentdate enrollmentdate enrldt rfstdtc randdt einschluss einschlussdatum",
    ("treatment_course", "apheresis_date"): "apheresisdate apheresis leukapheresis apherese datumapherese",
    ("treatment_course", "infusion_date"): "infusiondate infusion trtsdt dateofinfusion cartinfusion cartdate "
    "infusionsdatum cartdatum datumcart dateinfusion dateofcart carinfusiondate",
    ("treatment_course", "lymphodepletion_start"): "lymphodepletionstart lymphodepletiondate ldstart lymphodepletion",
    ("treatment_course", "dose_cells_e6"): "dosecellse6 dose celldose zelldosis",
    ("treatment_course", "blasts_pct_before"): "blastspctbefore blastsbefore bmblasts blasten blasts",
    (
        "response_assessment",
        "date",
    ): "responsedate bestresponsedate dateofbestresponse dateofresponse adt rsdtc assessmentdate",
    (
        "response_assessment",
        "response",
    ): "response bestresponse responsestatus avalc rsstresc ansprechen remission reponse",
    ("mrd_assessment", "date"): "mrddate lbdtc mrddatum",
    ("mrd_assessment", "result"): "mrdresult mrd mrdstatus mrdergebnis lbstresc",
    ("mrd_assessment", "level"): "mrdlevel mrdvalue mrdwert mrdpct mrdpercent mrdwertin",
    ("mrd_assessment", "sensitivity"): "mrdsensitivity sensitivity lbllod sensitivitat lod",
    ("mrd_assessment", "method"): "mrdmethod method lbmethod methode",
    ("mrd_assessment", "specimen"): "mrdspecimen specimen lbspec material probe",
    ("b_cell_assessment", "date"): "bcelldate bcellsdate bzellendatum cd19date",
    ("b_cell_assessment", "cd19_per_ul"): "cd19perul cd19count bcells bzellen cd19abs bcellcount",
    ("b_cell_assessment", "cd19_pct_lymphocytes"): "cd19pctlymphocytes cd19pct cd19percent",
    ("immunoglobulin", "igg_mg_dl"): "iggmgdl igg",
    ("immunoglobulin", "date"): "iggdate",
    ("relapse", "date"): "relapsedate reldt dateofrelapse rezidivdatum rezidiv relapse relapsedt daterechute",
    ("relapse", "level"): "relapselevel relapsetype relapsekind rezidivart typeofrelapse relapsesite lokalisation",
    ("relapse", "cd19_status"): "cd19status cd19atrelapse cd19beirezidiv cd19 relapsecd19",
    ("transplant", "date"): "transplantdate hsctdate hsctdt sctdate hctdate datehsct dateoftransplant transplantation "
    "transplantationsdatum dategreffe",
    ("transplant", "kind"): "transplantkind transplanttype hscttype typeofhsct",
    ("transplant", "donor"): "donor donortype spender donneur",
    ("subsequent_therapy", "date"): "subsequenttherapydate newtherapydate nexttherapydate",
    ("subsequent_therapy", "kind"): "subsequenttherapy newtherapy nexttherapy folgetherapie",
    ("adverse_event", "onset_date"): "onsetdate astdt aestdtc beginn crsonset crsonsetdate crsstart crsdate",
    ("adverse_event", "resolution_date"): "resolutiondate aendt aeendtc ende crsresolution crsend",
    ("adverse_event", "kind"): "aedecod aeterm event toxicity toxizitat",
    ("adverse_event", "grade"): "grade aetoxgr crsgrade grad maxcrsgrade",
}
DATASETS: dict[str, str] = {  # table -> names of datasets that hold nothing else
    "relapse": "relapse relapses rezidiv rezidive rechute rechutes",
    "mrd_assessment": "mrd mrdassessment mrdassessments",
    "transplant": "transplant transplants transplantation hsct sct szt",
    "immunoglobulin": "igg immunoglobulin immunoglobuline",
    "infection": "infection infections infektionen",
    "contact": "contact contacts kontakte visits",
}
FLAGS: dict[str, tuple[str, str]] = {  # columns whose names say what yes and no mean
    "dthfl": ("dead", "alive"),
    "dead": ("dead", "alive"),
    "verstorben": ("dead", "alive"),
    "alive": ("alive", "dead"),
    "lebt": ("alive", "dead"),
}
ROW_DATES = "date datum visitdate visitdtc visdt dtc adt lbdtc untersuchungsdatum dateofvisit"  # of a table of visits
WORDS: dict[str, str] = {  # our code -> texts that mean it
    "female": "f w female weiblich frau femme feminin 2f",
    "male": "m male mannlich mann homme masculin",
    "alive": "alive lebt living vivant",
    "dead": "dead died deceased verstorben tot decede",
    "yes": "y yes ja oui true",
    "no": "n no nein non false",
    "CR": "cr completeremission completeresponse",
    "CRi": "cri crh",
    "NR": "nr noresponse pd progression nonremission refractory",
    "RELAPSE": "relapse rezidiv rel rechute pdrelapse",
    "NE": "ne notevaluable",
    "positive": "positive pos positiv",
    "negative": "negative neg negativ",
    "morphologic": "morphologic marrow bonemarrow bm hematologic haematologic medullary km",
    "extramedullary": "extramedullary em emd cns extramedullar",
    "molecular": "molecular mrd",
    "allogeneic": "allogeneic allo allogen",
    "autologous": "autologous auto autolog",
    "BM": "bm bonemarrow knochenmark km",
    "PB": "pb blood peripheralblood blut",
    "flow": "flow flowcytometry fc facs mfc durchflusszytometrie",
    "ngs": "ngs nextgenerationsequencing",
    "pcr_igtr": "pcr pcrigtr igtr qpcr",
    "leukaemia": "leukemia leukamie leucemie progression diseaseprogression",
    "infection": "infektion infektionen sepsis",
    "unknown": "unknown unklar unbekannt inconnu",
    "CRS": "crs cytokinereleasesyndrome",
    "ICANS": "icans immuneeffectorcellassociatedneurotoxicitysyndrome",
}


def folded(text: str) -> str:
    """A name without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def numbered(text: str) -> tuple[str, str]:
    """(name, number at its end): 'Relapse 2' is ('relapse', '2')."""
    found = re.fullmatch(r"(.*?[a-z])([1-9])", folded(text))
    return (found[1], found[2]) if found else (folded(text), "")


def meant_by(text: str, allowed: Iterable[str]) -> str | None:
    """Which of these codes a text means; None where it is none of them."""
    name = folded(text)
    return next((code for code in allowed if name == folded(code) or name in WORDS.get(code, "").split()), None)
