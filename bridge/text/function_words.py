"""The small words that give a language away, as people text them. Pure data.

Folded: lower case, no accents, apostrophes taken as spaces. A word that two languages share may stand
in both: it then decides nothing by itself.
"""

_WORDS = {
    "fr": """
        je j tu il elle on nous vous ils elles me te se le la les un une des du de d l et ou mais donc car ni
        que qu qui quoi quand comment pourquoi combien est es suis sommes etes sont etait ai as avons avez ont
        a au aux en dans sur sous avec sans pour par chez vers ce cet cette ces mon ma mes ton ta tes son sa
        ses notre nos votre vos leur ne n pas plus jamais rien tres trop bien bon bonne oui non si ca cela c
        y moi toi lui eux fait faire vais vas va veux veut peux peut dis dit sais sait vu ete avoir etre alors
        aussi encore deja demain hier soir nuit jour bonjour bonsoir salut coucou merci slt bjr bsr cc stp svp
        tkt jsp mdr ptdr pk pq pr ki koi kwa qd tt ds ns vs ke c jai cest ouais ouai wesh voila juste hein
        quel quelle peu tout tous toute comme meme quelqu rencontre numero appelle
    """,
    "en": """
        i you he she it we they my your his her its our their me him us them the a an and or but so if of to
        in on at for with from by about is are am was were be been do does did don t doesn didn have has had
        will would can could should shall not no yes this that these those what who when where why how which
        there here then than just now im ive ill youre dont cant its thats whats u ur r n wanna gonna gotta
        hey hi hello thanks thank please ok okay yeah lol tonight today tomorrow morning night good get got
        know think want like see come go going still too very some any all up out as am give tell need let
        number met her re ll ve m been much really sorry later back one
    """,
    "es": """
        yo tu el ella nosotros vosotros ellos ellas me te se lo la los las le les un una unos unas y o pero
        que quien cuando donde como por para porque con sin de del al en es eres soy somos son era fue estoy
        estas esta estamos estan estar ser hay no si muy mas menos tambien ya aqui ahi mi mis su sus nuestro
        este esto ese eso hola buenas buenos dias noches gracias favor tengo tienes tiene quiero quieres
        puedo puedes hacer hace voy vas va todo nada algo bien bueno hoy manana ayer siempre nunca q xq pq tb
    """,
    "de": """
        ich du er sie es wir ihr mich dich sich mir dir ihm uns euch der die das den dem des ein eine einen
        einem einer und oder aber wenn weil dass ob ist bin bist sind seid war waren habe hab hast hat haben
        werde wird kann kannst konnen will willst muss nicht kein keine ja nein zu zum zur im in an am auf
        aus bei mit nach von vom vor fur uber unter was wer wie wo wann warum hallo hi danke bitte gut heute
        morgen gestern noch schon nur auch so sehr mal doch mein dein sein unser hier da dann jetzt geht gehts
    """,
    "it": """
        io tu lui lei noi voi loro mi ti si ci vi lo la li le gli il un uno una e ed o ma se che chi quando
        dove come perche con senza di del della dei delle da dal in nel nella su per tra fra sono sei siamo
        siete era ero ho hai ha abbiamo avete hanno non piu molto anche ancora gia mio mia tuo tua suo sua
        nostro questo questa quello ciao salve buongiorno buonasera grazie prego bene buono oggi domani ieri
        sempre mai cosa fai fare voglio vuoi posso puoi stai sto va c dell all al alla ke nn cmq xke
    """,
    "pt": """
        eu tu voce ele ela nos vos eles elas me te se lhe o a os as um uma uns umas e ou mas que quem quando
        onde como porque por para com sem de do da dos das no na nos nas em ao aos es sou somos sao era foi
        estou esta estamos estao ser estar ter tem tenho tens nao sim muito mais menos tambem ja aqui ali meu
        minha teu tua seu sua nosso este esta isso isto ola oi bom boa dia noite tarde obrigado obrigada
        quero queres posso pode fazer vou vai tudo nada bem hoje amanha ontem sempre nunca vc q tb pra pro
    """,
    "nl": """
        ik jij je hij zij ze wij we jullie mij me jou hem haar ons hun u de het een en of maar als dat die
        dit deze wat wie waar wanneer waarom hoe is ben bent zijn was waren heb hebt heeft hebben had zal kan
        kun wil wilt moet niet geen ja nee te in op aan bij met van voor naar uit over om door er hier daar
        nog al ook wel zo heel veel mijn jouw zijn onze hallo hoi doei bedankt dank goed vandaag morgen
        gisteren nu dan toch even gaat ga doen weet zie
    """,
}

FUNCTION_WORDS = {code: frozenset(small.split()) for code, small in _WORDS.items()}
"""By ISO 639-1 code."""
