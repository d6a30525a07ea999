"""Names of simulated people: Catalan and Spanish families, and families from elsewhere who live there."""

WOMEN = (
    "Aina", "Núria", "Montserrat", "Clara", "Júlia", "Carme", "Lucía", "Elena", "Mireia", "Fatima", "Ivet", "Rosa",
    "Teresa", "Paula", "Gemma", "Yasmin", "Beatriz", "Marta", "Berta", "Adriana", "Irene", "Olga", "Mercè", "Nadia",
    "Sílvia", "Pilar", "Estel", "Noa", "Carlota", "Dolors", "Ana María", "Xènia", "Remei", "Valentina", "Lin", "Txell",
    "Assumpta", "Alba", "Victòria", "Ximena",
)  # fmt: skip
MEN = (
    "Jordi", "Marc", "Pau", "Àlex", "Ferran", "Oriol", "Daniel", "Javier", "Josep", "Omar", "Biel", "Guillem", "Sergi",
    "Antonio", "Ramon", "Youssef", "Arnau", "Pere", "Rubén", "Iker", "Lluís", "Manel", "Nil", "Quim", "Wei", "Eloi",
    "Álvaro", "Francesc", "Tomàs", "Mateo",
)  # fmt: skip
FAMILIES = (
    "Prats", "Vidal", "Puig", "Roca", "Serra", "Costa", "Font", "Casals", "Bosch", "Pujol", "Riera", "Vila", "Camps",
    "Sala", "Esteve", "Mas", "Torres", "García", "Martínez", "López", "Sánchez", "Fernández", "Romero", "Navarro",
    "Molina", "Ortega", "Castillo", "Iglesias", "Benali", "El Amrani", "Haddad", "Popescu", "Ionescu", "Chen", "Zhou",
    "Quispe", "Rojas", "Mamani", "Okafor", "Diallo", "Kowalska", "Novak", "Schneider", "Rossi", "Bianchi", "Almeida",
    "Ferreira", "Planas", "Soldevila", "Miralles", "Tarragó", "Vilanova i Capdevila", "Cardona", "Ribas", "Ventura",
    "Gallart", "Oliveras", "Sabaté", "Arnau", "Balaguer", "Domènech", "Espinosa", "Fuster", "Grau", "Homs", "Jané",
    "Llorens", "Marín", "Nogués", "Oller", "Pérez", "Quer", "Rovira", "Solà", "Terés", "Urgell", "Valls", "Xirau",
)  # fmt: skip
STAFF = (
    ("Laia Ferrer", "Clinical psychologist"),
    ("Tomàs Iborra", "Clinical psychologist"),
    ("Inés Calderón", "Psychotherapist"),
    ("Karim Bensaïd", "Psycho-oncologist"),
    ("Rosa Maria Alsina", "Clinical psychologist"),
    ("Víctor Escudero", "Psycho-oncologist"),
)
LEADS = (("Helena Casademont", "Psychiatrist, team lead"), ("Andrés Villalba", "Psycho-oncologist, team lead"))
DIRECTOR = ("Margarida Tuset", "Director")
ADMINISTRATOR = ("Oscar Peiró", "Administrator")
RELATIONSHIPS = ("mother", "father", "partner", "sister", "brother", "daughter", "son", "friend")
