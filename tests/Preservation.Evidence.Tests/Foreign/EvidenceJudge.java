import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStamp;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStampGenerator;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.bouncycastle.tsp.ers.ERSEvidenceRecordGenerator;

/**
 * A foreign judge of evidence records, on Bouncy Castle alone.
 *   judge            reads lines "RECORD DATA[,DATA...] [MILLISECONDS]" (base64; the time it is judged at) and answers each by OK or a reason
 *   make FOLDER N    writes n.initial, n.stamped, n.rehashed over the data "object n"
 * How it judges stands in CheckRecord.java, which goes out with every exported archive.
 */
public final class EvidenceJudge {
    private static long serial = 1;

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
        if (arguments[0].equals("make")) make(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        else judgeAll();
    }

    private static void judgeAll() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                String[] parts = line.split(" ");
                List<byte[]> data = new ArrayList<>();
                for (String one : parts[1].split(",")) data.add(Base64.getDecoder().decode(one));
                answer = CheckRecord.judge(Base64.getDecoder().decode(parts[0]), data, parts.length > 2 ? new Date(Long.parseLong(parts[2])) : new Date());
            } catch (Exception | Error e) {
                answer = "malformed: " + e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            System.out.println(answer.replace('\n', ' '));
        }
        System.out.flush();
    }

    private static void make(Path folder, int count) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        KeyPair pair = keys.generateKeyPair();
        X500Name name = new X500Name("CN=Foreign TSA for tests");
        long now = System.currentTimeMillis();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
            name, BigInteger.ONE, new Date(now - 86_400_000L), new Date(now + 864_000_000L), name, pair.getPublic());
        builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        DigestCalculator sha256 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
        DigestCalculator sha512 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512));
        List<ERSData> data = new ArrayList<>();
        for (int i = 0; i < count; i++) data.add(new ERSByteData(("object " + i).getBytes(StandardCharsets.US_ASCII)));
        ERSArchiveTimeStampGenerator generator = new ERSArchiveTimeStampGenerator(sha256);
        for (ERSData one : data) generator.addData(one);
        TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
        requests.setCertReq(true);
        List<ERSArchiveTimeStamp> stamps = generator.generateArchiveTimeStamps(answer(generator.generateTimeStampRequest(requests), pair, certificate, digests));
        for (ERSEvidenceRecord record : new ERSEvidenceRecordGenerator(digests).generate(stamps)) {
            for (int i = 0; i < count; i++) {
                if (!record.isContaining(data.get(i), new Date())) continue;
                ERSEvidenceRecord stamped = record.renewTimeStamp(answer(record.generateTimeStampRenewalRequest(requests), pair, certificate, digests));
                ERSEvidenceRecord rehashed = stamped.renewHash(sha512, data.get(i), answer(stamped.generateHashRenewalRequest(sha512, data.get(i), requests), pair, certificate, digests));
                Files.write(folder.resolve(i + ".initial"), record.getEncoded());
                Files.write(folder.resolve(i + ".stamped"), stamped.getEncoded());
                Files.write(folder.resolve(i + ".rehashed"), rehashed.getEncoded());
            }
        }
    }

    private static TimeStampResponse answer(TimeStampRequest request, KeyPair pair, X509Certificate certificate, DigestCalculatorProvider digests) throws Exception {
        TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
            new JcaSimpleSignerInfoGeneratorBuilder().setProvider("BC").build("SHA256withECDSA", pair.getPrivate(), certificate),
            digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)), new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        return new TimeStampResponseGenerator(generator, TSPAlgorithms.ALLOWED).generateGrantedResponse(request, BigInteger.valueOf(serial++), new Date());
    }
}
